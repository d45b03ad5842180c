"""Documents in Django's admin: to be read, never to be written. Imported by shop/admin.py."""

from django.contrib import admin

from notifications.admin import ReadOnlyAdmin
from shop.models import Document, DocumentSeries


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("number", "kind", "order", "total", "currency", "issued_at", "site")
    list_filter = ("kind", "site")
    search_fields = ("number", "order__number")
    list_select_related = ("order", "site")


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(ReadOnlyAdmin):
    list_display = ("prefix", "kind", "site", "last_number")
    list_select_related = ("site",)
