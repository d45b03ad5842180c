from django.apps import AppConfig


class SiteConfigConfig(AppConfig):
    name = "site_config"
    verbose_name = "Mendwell"

    def ready(self) -> None:
        from site_config import checks  # noqa: F401, PLC0415 - registers the system checks
