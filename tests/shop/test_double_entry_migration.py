"""Books that were kept as signed sums become books with two sides, and say the same."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shop.models import LedgerEntry, Payment
from shop.payments import ledger
from shop.payments.balance import balance
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]  # on both databases
BEFORE = [("shop", "0005_payments")]
# Kind and signed sum, as rows were until then; the provider of the payment that they belong to.
PAID = ("stripe", "succeeded", [("due", "467.98"), ("paid", "467.98")])
PART_BACK = ("stripe", "succeeded", [("due", "467.98"), ("paid", "467.98"), ("refunded", "-67.98")])
ALL_BACK = ("in_store", "refunded", [("due", "467.98"), ("paid", "467.98"), ("refunded", "-467.98")])
TOO_MUCH = ("stripe", "succeeded", [("due", "400.00"), ("paid", "467.98"), ("refunded", "-67.98")])
RELEASED = ("stripe", "cancelled", [("due", "467.98"), ("written_off", "-467.98")])
OPEN = ("stripe", "pending", [("due", "467.98")])
Old = tuple[str, str, list[tuple[str, str]]]


def moved(to: list[tuple[str, str]]) -> Any:
    """Bring the database to these migrations; the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


def write(apps: Any, order: Any, old: Old) -> None:
    """An order's rows in the old shape."""
    provider, state, rows = old
    about = {"order_id": order.pk, "currency": "GBP"}
    payment = apps.get_model("shop", "Payment").objects.create(
        **about,
        site_id=order.visit.site_id,
        reference=f"P-{order.pk}",
        provider=provider,
        amount=Decimal("467.98"),
        state=state,
        created_at=SHOP_TIME,
        changed_at=SHOP_TIME,
    )
    for number, (kind, amount) in enumerate(rows):
        apps.get_model("shop", "LedgerEntry").objects.create(
            **about,
            payment_id=payment.pk if kind in {"paid", "refunded"} else None,
            kind=kind,
            amount=Decimal(amount),
            key=f"{kind}:{order.pk}:{number}",
            at=SHOP_TIME,
        )


def test_signed_sums_become_two_sides_that_say_the_same(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    olds: list[Old] = [PAID, PART_BACK, ALL_BACK, TOO_MUCH, RELEASED, OPEN]
    monkeypatch.setattr(ledger, "ask", lambda **facts: None)  # rows are written once and never go: none to begin with
    orders = [make_order(shop, visit_in=timedelta(hours=26 + place)) for place in range(len(olds))]
    newest = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "shop"]
    apps = moved(BEFORE)
    for order, old in zip(orders, olds, strict=True):
        write(apps, order, old)
    moved(newest)

    for order, (_provider, _state, rows) in zip(orders, olds, strict=True):
        money, signed = balance(order), {kind: Decimal(amount) for kind, amount in rows}
        assert money.paid == signed.get("paid", 0)
        assert money.refunded == -signed.get("refunded", Decimal(0))
        assert money.kept == sum(signed.get(kind, Decimal(0)) for kind in ("paid", "refunded"))
    found = [(money.due, money.credited, money.open) for money in map(balance, orders)]
    assert [tuple(map(str, sums)) for sums in found] == [
        ("467.98", "0.00", "0.00"),
        ("400.00", "67.98", "0.00"),
        ("0.00", "467.98", "0.00"),
        ("400.00", "0.00", "0.00"),
        ("0.00", "0.00", "0.00"),
        ("467.98", "0.00", "467.98"),
    ]
    assert not LedgerEntry.objects.filter(site=None).exists()
    assert [row for row in LedgerEntry.objects.all() if row.amount <= 0 or row.debit == row.credit] == []
    sides = set(LedgerEntry.objects.filter(payment__provider="in_store").values_list("kind", "debit", "credit"))
    assert sides == {
        ("paid", "till", "receivable"),
        ("refunded", "receivable", "till"),
        ("credited", "returns", "receivable"),
    }
    assert list(Payment.objects.order_by("pk").values_list("captured", "returned")) == [
        (Decimal("467.98"), Decimal(back)) for back in ("0.00", "67.98", "467.98", "67.98")
    ] + [(0, 0), (0, 0)]
