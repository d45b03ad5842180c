"""What a document looks like in lists."""

from typing import Any

from rest_framework import serializers

from api.shapes import Money, moment, money
from api.v1.quotes import gbp
from shop.models import Document


class OrderDocument(serializers.Serializer):
    """An invoice, a receipt or a credit note. What it says never changes; a credit note's total is negative."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=Document.Kind.values)
    order = serializers.CharField()
    issued_at = serializers.DateTimeField()
    total = Money()
    pdf = serializers.CharField(help_text="Path of the file: ask for it with the same token or log-in.")


SHOWN = {
    "number": "LDN-INV-2026-00042",
    "kind": "invoice",
    "order": "M-7KQ2XR4D",
    "issued_at": "2026-11-21T12:06:00Z",
    "total": gbp("467.98"),
    "pdf": "/api/v1/documents/LDN-INV-2026-00042.pdf",
}


def printed(document: Document, order_number: str = "") -> dict[str, Any]:
    """A document as JSON. No statement with its order at hand, or with the order's number given."""
    return {
        "number": document.number,
        "kind": document.kind,
        "order": order_number or document.order.number,
        "issued_at": moment(document.issued_at),
        "total": money(document.total, document.currency),
        "pdf": f"/api/v1/documents/{document.number}.pdf",
    }


def of_order(order: Any) -> list[dict[str, Any]]:
    """An order's documents as JSON, newest first. One statement."""
    rows = Document.objects.filter(order=order).defer("facts").order_by("-pk")
    return [printed(row, order.number) for row in rows]
