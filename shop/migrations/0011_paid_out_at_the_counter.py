"""A refund may be paid out at the counter, or be for a missed visit; the demo bank holds money and takes it later."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0010_handled"),
    ]

    operations = [
        migrations.AddField(
            model_name="democharge",
            name="capture",
            field=models.CharField(default="now", help_text="Later: approving it only holds the money.", max_length=5),
        ),
        migrations.AddField(
            model_name="democharge",
            name="held_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="democharge",
            name="taken_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="democharge",
            name="taken_minor",
            field=models.PositiveBigIntegerField(blank=True, help_text="Of what was held.", null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="tender",
            field=models.CharField(
                blank=True,
                choices=[("cash", "Cash")],
                help_text="How it was paid out at the counter; blank where it goes back the way it came.",
                max_length=5,
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="reason",
            field=models.CharField(
                choices=[
                    ("customer", "The customer cancelled"),
                    ("missed", "The visit was missed"),
                    ("shop", "We cannot do the repair"),
                    ("goodwill", "Goodwill or complaint"),
                    ("twice", "Paid twice or too much"),
                    ("wrong", "Not what was asked"),
                    ("provider", "Given back at the provider"),
                ],
                max_length=10,
            ),
        ),
    ]
