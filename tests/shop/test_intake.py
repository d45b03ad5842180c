"""Taking things in at the counter: one page, one verb, one job."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from notifications.models import Message
from repairs.models import Job
from shop import placement, quotes
from shop.counter import intake
from shop.models import AddOn, OrderVisit, Quote, RepairOffer
from shop.products import product_for
from tests.factories import SHOP_TIME, Shop, make_contact, make_shop, make_staff, repair_type
from tests.shop.orders import ADA, make_offer
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
Order = get_model("order", "Order")
PAGE = "/bench/new/"
ONCE = "0123456789abcdef"


@pytest.fixture
def staff(client: Client) -> Any:
    user = make_staff()
    client.force_login(user)
    return user


def take(shop: Shop, by: Any, **more: Any) -> Job:
    thing = {
        "device": shop.iphone_13,
        "subject_name": "iPhone 13",
        "repair_types": [shop.screen],
        "answers": {},
        **more.pop("thing", {}),
    }
    wish: dict[str, Any] = {
        "customer": ADA,
        "consent": placement.Consent("terms@1", "privacy@1", SHOP_TIME),
        "once": ONCE,
        "by": by,
        "at": SHOP_TIME,
        **more,
    }
    return intake.take_in(site=shop.site, thing=intake.Thing(**thing), **wish)


def typed(shop: Shop, **more: Any) -> dict[str, Any]:
    return {
        "act": "take",
        "device": "iphone-13",
        "repairs": [str(shop.screen.pk)],
        "condition": "good",
        "urgency": "standard",
        "name": "Ada Smith",
        "phone": "07911 123456",
        "email": "",
        "language": "en-gb",
        "agreed": "on",
        "shown_total": "199.99",
        "once": ONCE,
        **more,
    }


# the verb


def test_a_walk_in_is_sold_received_and_promised_in_one_go(shop: Shop) -> None:
    by = make_staff()
    promised = SHOP_TIME + timedelta(days=1)
    job = take(shop, by, promised_at=promised, technician=by)
    job.refresh_from_db()
    order = Order.objects.get()
    assert (job.status, job.promised_at, job.technician, job.appointment) == ("received", promised, by, None)
    assert (order.status, order.total_incl_tax) == ("awaiting-payment", Decimal("199.99"))
    visit = OrderVisit.objects.get()
    assert (visit.pay_by, visit.release_at, visit.terms_version, visit.agreed_at) == (
        "in_store", None, "terms@1", SHOP_TIME,
    )  # fmt: skip


def test_several_repairs_of_one_thing_are_one_job_with_its_add_ons(shop: Shop) -> None:
    glass = AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=Decimal(15), repair_type=shop.screen)
    AddOn.objects.create(site=shop.site, name="Backup", slug="backup", price=Decimal(25))
    wish = {"repair_types": [shop.battery, shop.screen], "add_ons": ["glass", "backup"], "marks": {"serial": "F17"}}
    job = take(shop, make_staff(), thing=wish)
    assert sorted(job.tasks.values_list("name", flat=True)) == ["Battery replacement", "Screen repair"]
    assert (sorted(job.extras), job.thing) == (["Backup", "Glass"], {"serial": "F17"})
    by_repair = {quote.repair_name: [row["slug"] for row in quote.add_ons] for quote in Quote.objects.all()}
    assert by_repair == {"Battery replacement": ["backup"], "Screen repair": [glass.slug]}


def test_the_same_mark_makes_one_job_however_often_it_is_sent(shop: Shop) -> None:
    by = make_staff()
    assert take(shop, by).pk == take(shop, by).pk == take(shop, by, at=SHOP_TIME + timedelta(hours=2)).pk
    assert (Order.objects.count(), Quote.objects.count()) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_six_times_at_once_makes_one_job() -> None:
    shop = make_shop()
    by = make_staff()
    found = at_once(*[lambda: take(shop, by)] * 6)
    assert {type(result) for result in found} == {Job}, found
    assert len({result.pk for result in found}) == 1
    assert (Job.objects.count(), Order.objects.count(), Quote.objects.count()) == (1, 1, 1)


def test_a_failure_leaves_nothing_and_the_same_form_may_be_sent_again(shop: Shop) -> None:
    by = make_staff()
    with pytest.raises(quotes.AddOnNotOffered):
        take(shop, by, thing={"add_ons": ["no-such"]})
    with pytest.raises(placement.ContactNotUsable):
        take(shop, by, customer=placement.Customer("Ada", phone="12"))
    assert not (Job.objects.exists() or Order.objects.exists() or Quote.objects.exists())
    assert take(shop, by).status == "received"


def test_a_shop_without_the_counter_says_so_and_takes_nothing_in(shop: Shop, settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = {k: v for k, v in settings.PAYMENT_PROVIDERS.items() if k != "in_store"}
    with pytest.raises(placement.WayToPayNotOffered, match="switched off"):
        take(shop, make_staff())


def test_a_walk_in_gets_one_letter_and_it_does_not_speak_of_a_time(shop: Shop) -> None:
    take(shop, make_staff())
    assert set(Message.objects.values_list("kind", flat=True)) == {"order.placed"}


def test_the_mark_does_not_open_the_order_as_a_basket_token(shop: Shop, client: Client) -> None:
    take(shop, make_staff())
    assert client.get("/api/v1/basket/", headers={"X-Basket-Token": ONCE}).status_code == 404


# the page


def test_strangers_and_customers_do_not_get_to_the_counter(shop: Shop, client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(make_staff("looker@example.com", permissions=("see_bench",)))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, typed(shop)).status_code == 403
    assert not Job.objects.exists()


def test_the_form_takes_in_and_lands_on_the_job(shop: Shop, client: Client, staff: Any) -> None:
    promised = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = typed(shop, promised_at=promised, technician=str(staff.pk), serial="F17XK", problem="Fell.")
    for _ in range(2):
        answer = client.post(PAGE, sent)
        job = Job.objects.get()
        assert answer["Location"] == f"/bench/jobs/{job.reference}/?taken=1"
    assert (job.status, job.technician, job.thing, job.problem) == ("received", staff, {"serial": "F17XK"}, "Fell.")
    assert str(job.contact.phone) == "+447911123456"


def test_a_device_is_found_picked_and_dropped_by_buttons_alone(shop: Shop, client: Client, staff: Any) -> None:
    page = client.post(PAGE, {"device_words": "iphone 1", "act": "refresh"}).content.decode()
    assert re.findall(r'name="pick" value="([\w-]+)"', page) == ["iphone-12", "iphone-13"]
    page = client.post(PAGE, {"device_words": "iphone 1", "pick": "iphone-13", "problem": "Fell."}).content.decode()
    assert '<input type="hidden" name="device" value="iphone-13">' in page
    assert "Fell." in page
    assert "Screen repair" in page
    page = client.post(PAGE, {"device": "iphone-13", "drop": "device"}).content.decode()
    assert '<input type="hidden" name="device" value="">' in page


def test_the_price_is_explained_line_by_line_for_what_is_ticked(shop: Shop, client: Client, staff: Any) -> None:
    sent = typed(shop, act="refresh", condition="poor", repairs=[str(shop.screen.pk), str(shop.battery.pk)])
    answer = client.post(PAGE, sent)
    asked = answer.context["asked"]
    priced = [
        quotes.price(
            site=shop.site, device=shop.iphone_13, repair_type=kind,
            answers={"condition": "poor"}, at=timezone.now(),
        ).total
        for kind in (shop.screen, shop.battery)
    ]  # fmt: skip
    assert asked.total == sum(priced)
    assert "Poor condition" in answer.content.decode()
    assert not Quote.objects.exists()


def test_a_known_customer_is_found_by_number_name_or_address_and_used(
    shop: Shop, client: Client, staff: Any, second_site: Any
) -> None:
    here = make_contact(shop.site)
    make_contact(second_site, name="Ada Smith of Leeds")
    for words in ("07911 123", "ada sm", "ada@ex", "SMITH"):
        page = client.post(PAGE, {"who": words, "act": "refresh"})
        assert [row.pk for row in page.context["contacts"]] == [here.pk], words
    # The fields of a newcomer are not on the page once somebody is picked, so they are not sent.
    sent = {name: value for name, value in typed(shop).items() if name not in ("name", "phone", "email", "language")}
    client.post(PAGE, {**sent, "contact": str(here.pk)})
    assert Job.objects.get().contact == here


def test_another_shops_customer_cannot_be_picked(shop: Shop, client: Client, staff: Any, second_site: Any) -> None:
    there = make_contact(second_site, name="Ada of Leeds")
    answer = client.post(PAGE, typed(shop, name="", phone="", contact=str(there.pk)))
    assert answer.status_code == 422
    assert "Leeds" not in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"device": ""}, "own_thing"),
        ({"repairs": []}, "repairs"),
        ({"repairs": ["999999"]}, "repairs"),
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "not one"}, "email"),
        ({"agreed": ""}, "agreed"),
        ({"promised_at": "2001-01-01T10:00"}, "promised_at"),
        ({"promised_at": "soon"}, "promised_at"),
        ({"technician": "999999"}, "technician"),
        ({"condition": "eaten"}, "condition"),
        ({"once": "x"}, "once"),
        ({"language": "xx"}, "language"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    shop: Shop, client: Client, staff: Any, wrong: dict[str, Any], field: str
) -> None:
    answer = client.post(PAGE, typed(shop, problem="Fell on the stairs.", **wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Fell on the stairs." in answer.content.decode()
    assert not Job.objects.exists()


def test_hostile_input_is_answered_and_not_a_fault_of_ours(shop: Shop, client: Client, staff: Any) -> None:
    for name in typed(shop):
        for value in ("\x00", "9" * 400, "é" * 5000, "-1", "' OR 1=1"):
            for act in ("take", "refresh"):
                answer = client.post(
                    PAGE, {**typed(shop), name: value, "act": act, "who": value, "device_words": value}
                )
                assert answer.status_code in (200, 302, 422), (name, value[:5])
    assert client.get(PAGE, {"device": "\x00"}).status_code == 200


def test_a_thing_outside_the_catalogue_needs_a_repair_with_a_price(shop: Shop, client: Client, staff: Any) -> None:
    sent = typed(shop, device="", own_thing="Gibson Les Paul", repairs=[])
    assert "outside the catalogue" in client.post(PAGE, sent).content.decode()
    look = repair_type("Diagnosis", "diagnosis", None)
    RepairOffer.objects.create(site=shop.site, repair_type=look, subject=None, price=Decimal(29))
    product_for(look)
    client.post(PAGE, {**sent, "repairs": [str(look.pk)], "shown_total": "34.80"})
    job = Job.objects.get()
    assert (job.device, job.subject_name) == (None, "Gibson Les Paul")
    assert Order.objects.get().total_incl_tax == Quote.objects.get().total


def test_without_the_counter_the_page_says_what_to_do(shop: Shop, client: Client, staff: Any, settings: Any) -> None:
    settings.PAYMENT_PROVIDERS = {k: v for k, v in settings.PAYMENT_PROVIDERS.items() if k != "in_store"}
    assert "in_store" in client.get(PAGE).content.decode()
    assert client.post(PAGE, typed(shop)).status_code == 422


def test_the_page_costs_the_same_however_much_is_ticked(shop: Shop, client: Client, staff: Any) -> None:
    one, three = [str(shop.screen.pk)], [str(row.pk) for row in (shop.screen, shop.battery, shop.port)]
    counts = []
    for repairs in (one, one, three):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.post(PAGE, typed(shop, act="refresh", repairs=repairs))
        counts.append(len(seen))
    assert counts[1] == counts[2] <= 16, counts


def test_the_price_shown_is_the_price_asked_offers_and_all(shop: Shop, client: Client, staff: Any) -> None:
    make_offer(percent="5", least=2)
    both = [str(shop.screen.pk), str(shop.battery.pk)]
    page = client.post(PAGE, typed(shop, act="refresh", repairs=both))
    asked = page.context["asked"]
    assert [name for name, _amount in asked.discounts] == ["5 % off from 2 Site"]
    assert "5 % off from 2 Site" in page.content.decode()
    shown = re.findall(r'name="shown_total" value="([0-9.]+)"', page.content.decode())
    assert shown == [str(asked.total)]
    assert asked.total < sum(choice.price.total for choice in asked.chosen)
    assert not get_model("basket", "Line").objects.exists()
    assert client.post(PAGE, typed(shop, repairs=both, shown_total=shown[0])).status_code == 302
    order = Order.objects.get()
    assert (order.total_incl_tax, order.total_incl_tax - order.total_excl_tax) == (asked.total, asked.tax)


def test_a_price_that_the_customer_did_not_hear_is_refused_in_words(shop: Shop, client: Client, staff: Any) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen).update(price=Decimal("210.00"))
    answer = client.post(PAGE, typed(shop))
    assert answer.status_code == 422
    assert "The total has changed: it is now 210.00 GBP" in answer.content.decode()
    assert 'name="shown_total" value="210.00"' in answer.content.decode()
    for missing in ("", "NaN", "cheap"):
        assert client.post(PAGE, typed(shop, shown_total=missing)).status_code == 422
    assert not Order.objects.exists()
    assert client.post(PAGE, typed(shop, shown_total="210.00")).status_code == 302


def test_a_number_longer_than_any_is_no_repair(shop: Shop, client: Client, staff: Any) -> None:
    assert client.post(PAGE, typed(shop, act="refresh", repairs=["9" * 5000])).status_code == 200
