from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    verbose_name = "API"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rest_framework.parsers import MultiPartParser  # noqa: PLC0415 - not before all apps are there
        from wagtail_localize.views import edit_translation  # noqa: PLC0415

        # Our API reads JSON alone; the translators' screen in the admin sends each sentence as a form.
        for view in (edit_translation.edit_string_translation, edit_translation.edit_override):
            view.cls.parser_classes = [MultiPartParser]
