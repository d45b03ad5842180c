"""Staff may mark an odd event, payment or refund as handled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MODELS = ("payment", "paymentevent", "refund")


def fields(model):
    return [
        migrations.AddField(model, "handled_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            model,
            "handled_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model,
            "handled_note",
            models.CharField(
                blank=True, default="", help_text="What was found and done; for colleagues.", max_length=300
            ),
            preserve_default=False,
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("shop", "0009_documents_do_not_change"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [operation for model in MODELS for operation in fields(model)]
