import uuid

import django.db.models.deletion
from django.db import migrations, models


def name_them(apps, schema_editor):
    """Each field is in the language of its page, and a thing of its own."""
    FormField = apps.get_model("cms", "FormField")
    for pk, locale_id in FormField.objects.values_list("pk", "page__locale_id"):
        FormField.objects.filter(pk=pk).update(locale_id=locale_id, translation_key=uuid.uuid4())
    if schema_editor.connection.vendor == "postgresql":
        # It alters no table whose foreign keys still wait to be checked.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("cms", "0005_catalogue"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.AddField(
            model_name="formfield",
            name="locale",
            field=models.ForeignKey(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="wagtailcore.locale", verbose_name="locale",
            ),
        ),
        migrations.AddField(
            model_name="formfield",
            name="translation_key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(name_them, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="formfield",
            name="locale",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="wagtailcore.locale", verbose_name="locale",
            ),
        ),
        migrations.AlterField(
            model_name="formfield",
            name="translation_key",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterUniqueTogether(name="formfield", unique_together={("translation_key", "locale")}),
    ]
