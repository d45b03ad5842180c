"""What is rightly signed but odd is kept as well as it can be: it is answered, and staff see it."""

import json
from copy import deepcopy
from typing import Any

import pytest

from shop.models import LedgerEntry, PaymentEvent
from tests.shop.payments.test_cases import Case, case, name  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def changed(of: Case, *, amount: Any = None, **more: Any) -> dict[str, Any]:
    """The news of a success with another amount, or other members of its object."""
    event = deepcopy(of.events()[-1])
    thing = event["data"]["object"] if of.name == "stripe" else event["resource"]
    thing.update(more)
    if amount is not None and of.name == "stripe":
        thing["amount_received"] = amount
    elif amount is not None:
        thing["amount"]["value"] = str(amount)
    return event


@pytest.mark.parametrize("amount", [10**45, 10**15, -500])
def test_an_amount_that_nobody_can_have_paid_is_kept_and_pays_nothing(case: Case, amount: int) -> None:  # noqa: F811
    case.start()
    case.pay()
    assert case.send(changed(case, amount=amount)) == 200
    assert case.payment.order.status != "paid"
    assert not LedgerEntry.objects.filter(kind="paid").exists()
    assert PaymentEvent.objects.get(kind="succeeded").state == "odd"


@pytest.mark.parametrize("name", ["paypal"])
@pytest.mark.parametrize("value", ["Infinity", "NaN", "1E+40"])
def test_an_amount_that_is_no_number_is_kept_and_pays_nothing(case: Case, value: str) -> None:  # noqa: F811
    case.start()
    case.pay()
    assert case.send(changed(case, amount=value)) == 200
    assert case.payment.order.status != "paid"
    assert PaymentEvent.objects.get(kind="succeeded").amount is None


@pytest.mark.parametrize("letter", ["\0", "\ud800"], ids=["nul", "half a letter"])
def test_letters_that_no_database_keeps_are_marked(case: Case, letter: str) -> None:  # noqa: F811
    case.start()
    case.pay()
    assert case.send(changed(case, note=[f"a{letter}b", {f"k{letter}": 1.5}])) == 200
    assert case.state() == ("succeeded", "paid")
    kept = json.dumps(PaymentEvent.objects.get(kind="succeeded").body)
    assert "\\u0000" not in kept and "\\ud800" not in kept


@pytest.mark.parametrize("name", ["stripe"])
@pytest.mark.parametrize("letter", ["\0", "\ud800"], ids=["nul", "half a letter"])
def test_a_name_with_such_letters_is_nobodys_payment(case: Case, letter: str) -> None:  # noqa: F811
    case.start()
    case.pay()
    event = changed(case, id=f"pi_{letter}", metadata={"reference": f"P-{letter}"})
    assert case.send(event) == 200
    assert case.state()[1] != "paid"
    assert case.send(event) == 200
    assert PaymentEvent.objects.count() == 1


def test_who_paid_and_with_what_stays_with_the_provider(case: Case) -> None:  # noqa: F811
    case.start()
    case.pay()
    about = {"payer": {"email_address": "ada@example.com"}, "billing_details": {"name": "Ada"}, "client_secret": "cs_1"}
    assert case.send(changed(case, **about)) == 200
    kept = json.dumps(PaymentEvent.objects.get(kind="succeeded").body)
    assert case.payment.order.status == "paid"
    assert not [word for word in ("ada@example.com", "Ada", "cs_1", "client_secret") if word in kept]
