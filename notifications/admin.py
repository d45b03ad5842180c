"""The log of the post room, for reading."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Contact, Message, Receipt


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is added, changed or removed by hand: the log says what happened."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class ReceiptInline(admin.TabularInline):
    """What the provider said about the message."""

    model = Receipt
    fields = ("at", "status", "detail", "provider", "event_id")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The outbox and the log. The facts of a message stay hidden: some open an account."""

    list_display = ["kind", "channel", "to", "status", "attempts", "send_after", "sent_at", "error"]
    list_filter = ["status", "channel", "kind"]
    search_fields = ["to", "subject", "provider_id"]
    date_hierarchy = "created_at"
    exclude = ["context", "html"]
    inlines = [ReceiptInline]


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Who we can write to."""

    list_display = ["name", "email", "phone", "language", "user", "created_at"]
    search_fields = ["name", "email", "phone"]
    raw_id_fields = ["user"]
