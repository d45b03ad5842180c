from django.apps import AppConfig


class CatalogueImportConfig(AppConfig):
    name = "catalogue_import"
    verbose_name = "Catalogue import"
    default_auto_field = "django.db.models.BigAutoField"
