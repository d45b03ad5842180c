"""A payment that was given up is closed at its provider until that says so; refunds of wrong sums may come back."""

from importlib import import_module

from django.db import migrations, models

guards = import_module("shop.migrations.0009_documents_do_not_change")


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0011_paid_out_at_the_counter"),
    ]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="close_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Given up here: when the provider is asked again to close it. Blank once it has.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="close_tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                fields=["close_at"], condition=models.Q(close_at__isnull=False), name="payment_to_close"
            ),
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("due", "Asked"),
                    ("no_show", "Fee for a missed visit"),
                    ("deposit", "Deposit paid"),
                    ("paid", "Paid"),
                    ("fee", "Fee of the provider"),
                    ("refunded", "Refunded"),
                    ("refund_back", "Refund came back"),
                    ("credited", "Taken off the price"),
                    ("credit_back", "Asked again"),
                    ("written_off", "No longer asked"),
                    ("unplaced", "Came, but not as asked"),
                    ("unplaced_back", "Went back as it came"),
                    ("unplaced_again", "Came back to us, belongs to nothing"),
                    ("disputed", "Held back by the bank"),
                    ("dispute_won", "Dispute won"),
                    ("dispute_lost", "Dispute lost"),
                ],
                max_length=14,
            ),
        ),
        migrations.RunPython(guards.guard, migrations.RunPython.noop),
    ]
