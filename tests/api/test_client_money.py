"""What a client says about prices, sums and quantities is not asked and not believed."""

from typing import Any

import pytest

from shop.models import Payment, Quote
from tests.api.callers import Caller

CLAIMS: list[dict[str, Any]] = [
    {"price": "0.01"},
    {"total": {"amount": "0.01", "currency": "GBP"}},
    {"lines": [{"name": "Gift", "amount": {"amount": "-467.97", "currency": "GBP"}}]},
    {"quantity": 0},
    {"quantity": -1},
    {"quantity": 1e9},
    {"quantity": "NaN"},
    {"currency_rate": 0.1},
    {"tax": "0", "tax_rate": 0},
    {"discount": "100%", "technician_discount": 99},
]


@pytest.mark.parametrize("claim", CLAIMS, ids="-".join)
def test_34_what_a_client_says_about_money_changes_nothing(caller: Caller, claim: dict[str, Any]) -> None:
    honest = caller.get(
        caller.post("quotes/", {"device": "iphone-8", "repair_type": "screen-repair"})["Location"]
    ).json()
    asked = {"device": "iphone-8", "repair_type": "screen-repair", **claim}
    answer = caller.post("quotes/", asked)
    assert answer.status_code in {201, 400}
    if answer.status_code == 201:
        assert caller.get(answer["Location"]).json()["total"] == honest["total"]
    caller.fill()
    for path, body in (("basket/lines/", {"quote": caller.quote(), **claim}), ("orders/", caller.wish(**claim))):
        assert caller.post(path, body, key=path).status_code < 500
    kept = {quote.total for quote in Quote.objects.filter(repair_name="Screen repair")}
    assert len(kept) == 1
    assert {payment.amount for payment in Payment.objects.all()} <= kept
