"""How things are written in JSON, and the serializers that several topics share."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount as {"amount": "467.98", "currency": "GBP"}."""
    return {"amount": f"{amount:.2f}", "currency": currency}


def moment(at: datetime | None) -> str | None:
    """A moment in UTC as 2026-11-23T10:00:00Z; None stays None."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


class Ask(serializers.Serializer):
    """A body that refuses members it does not know, so that a typing error is not an unnoticed default."""

    def to_internal_value(self, data: Any) -> Any:
        """DRF's, after refusing unknown members with 400."""
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {str(name)[:60]: [_("There is no such member.")] for name in unknown[:20]}
            )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text that must come as a JSON string: true, 12 and [] are refused rather than turned into words."""

    def to_internal_value(self, data: Any) -> str:
        """The text. Fails on anything but a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Money(serializers.Serializer):
    """An amount of money; gross, with two decimals, as text so that nobody rounds it."""

    amount = serializers.CharField(help_text="Decimal number as text, such as 467.98.")
    currency = serializers.CharField(min_length=3, max_length=3)


class MoneyAsk(Ask):
    """An amount of money, as we print it."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0), coerce_to_string=True)
    currency = Text(min_length=3, max_length=3)


class PriceLine(serializers.Serializer):
    """One step of a price, in words."""

    name = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    factor = serializers.CharField(
        allow_null=True,
        help_text="What the running total was multiplied by; null for the base.",
    )
    amount = Money()


class Named(serializers.Serializer):
    """Something with an address of its own."""

    slug = serializers.CharField()
    name = serializers.CharField()


def factor_text(factor: Any) -> str | None:
    """A factor without trailing zeros: 1.2, not 1.2000."""
    return None if factor in (None, "") else format(Decimal(str(factor)).normalize(), "f")


def price_line(line: Any, currency: str) -> dict[str, Any]:
    """A price line, fresh from pricing or frozen in a quote (there a dict with amounts as text)."""
    frozen = isinstance(line, dict)
    read = line.get if frozen else lambda name: getattr(line, name)
    return {
        "name": str(read("name")),
        "reason": str(read("reason") or ""),
        "factor": factor_text(read("factor")),
        "amount": money(Decimal(str(read("amount"))), currency),
    }
