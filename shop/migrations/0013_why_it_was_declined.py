"""Why a payment was declined, as one short code; whether a visit was held for its payment before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0012_asked_until_closed"),
    ]

    operations = [
        migrations.AddField(
            model_name="ordervisit",
            name="pay_first",
            field=models.BooleanField(
                default=False,
                help_text="Was held for its payment before another way was chosen: so it is again when that is given "
                "up.",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="decline",
            field=models.CharField(
                blank=True,
                help_text="Why it was declined: one of the codes of declines.py, never more.",
                max_length=40,
            ),
        ),
    ]
