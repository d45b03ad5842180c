from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Words"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import events  # noqa: PLC0415 - models cannot be imported before all apps are there
        from cms.translations import sentences, writing  # noqa: PLC0415

        sentences.take_over()
        writing.take_over()
        events.listen()
