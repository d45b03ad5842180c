"""Money in Django's admin: to be read, never to be written. Registered by shop/admin.py's autodiscovery."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from shop.models import LedgerEntry, Payment, PaymentEvent


class ReadOnly(admin.ModelAdmin):
    """Rows that only verbs may write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Payment)
class PaymentAdmin(ReadOnly):
    list_display = ("reference", "order", "provider", "amount", "currency", "state", "live", "created_at")
    list_filter = ("state", "provider", "live")
    search_fields = ("reference", "provider_id", "order__number")
    list_select_related = ("order",)


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnly):
    list_display = (
        "provider",
        "event_id",
        "kind",
        "reference",
        "amount",
        "currency",
        "state",
        "outcome",
        "received_at",
    )
    list_filter = ("state", "provider", "kind")
    search_fields = ("event_id", "reference", "provider_id")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("order", "kind", "amount", "currency", "payment", "by", "note", "at")
    list_filter = ("kind",)
    search_fields = ("order__number", "key")
    list_select_related = ("order", "payment", "by")
