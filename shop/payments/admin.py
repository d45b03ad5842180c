"""Money in Django's admin: to be read, never to be written. Registered by shop/admin.py's autodiscovery."""

from django.contrib import admin

from notifications.admin import ReadOnlyAdmin
from shop.models import LedgerEntry, Payment, PaymentEvent


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("reference", "order", "provider", "amount", "currency", "state", "live", "created_at")
    list_filter = ("state", "provider", "live")
    search_fields = ("reference", "provider_id", "order__number")
    list_select_related = ("order",)


@admin.register(PaymentEvent)
class PaymentEventAdmin(ReadOnlyAdmin):
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
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ("order", "kind", "amount", "currency", "payment", "by", "note", "at")
    list_filter = ("kind",)
    search_fields = ("order__number", "key")
    list_select_related = ("order", "payment", "by")
