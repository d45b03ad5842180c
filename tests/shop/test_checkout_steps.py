"""Details, payment, confirmation: what was said is kept, the time is kept, the terms are agreed to as they are."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_model

from cms.models import ContentPage, ShopSettings
from repairs import booking
from repairs.models import Hold, Job, Resource, SlotCell
from shop import drafts
from shop.models import DemoCharge, OrderVisit, Payment, Quote
from shop.payments import demo_bank, ledger, release
from tests import forms
from tests.factories import Shop, make_user
from tests.shop.browsers import hold_of, open_draft, reserve
from tests.shop.orders import make_voucher
from tests.shop.statements import counted
from tests.shop.test_checkout import ADDRESS, DETAILS, deliveries, give_details, submit

__all__ = ["deliveries"]  # a fixture for every test here

Order = get_model("order", "Order")
DETAILS_PAGE, PAYMENT_PAGE, THANKS_PAGE = "/checkout/", "/checkout/review/", "/checkout/thank-you/"


@pytest.fixture
def terms_page(shop: Shop) -> ContentPage:
    """Published terms of the shop."""
    page = shop.site.root_page.add_child(instance=ContentPage(title="Terms", slug="terms", live=False))
    page.save_revision().publish()
    ShopSettings.objects.filter(site=shop.site).update(terms_page=page)
    return page


def initial(client: Client) -> dict[str, Any]:
    page = client.get(DETAILS_PAGE)
    assert page.status_code == 200, page.headers
    return page.context["form"].initial


def pay_form(client: Client) -> forms.Form:
    return forms.find(client.get(PAYMENT_PAGE), "pay_by", "shown_total")


# --- details


def test_the_details_ask_a_browser_to_fill_them_in(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    body = client.get(DETAILS_PAGE).content.decode()
    for fill in ("name", "email", "tel", "address-line1", "address-level2", "postal-code"):
        assert f'autocomplete="{fill}"' in body
    for mode in ("email", "tel"):
        assert f'inputmode="{mode}"' in body


@pytest.mark.parametrize(
    "typed", ["07911 123456", "+44 (0)7911 123456", "0044 7911 123-456", "07911.123.456", " 07911/123456 "]
)
def test_a_telephone_number_may_be_written_in_any_common_way(client: Client, shop: Shop, typed: str) -> None:
    reserve(client, shop)
    assert give_details(client, phone=typed).status_code == 302
    assert initial(client)["phone"] == "+44 7911 123456"
    assert '<span class="tabular">+44 7911 123456</span>' in client.get(PAYMENT_PAGE).content.decode()


def test_faults_stand_beside_their_fields_and_above_them(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    page = client.post(DETAILS_PAGE, {"name": "", "email": "nobody", "phone": "12", "shipping_method": "in-store"})
    body = page.content.decode()
    assert set(page.context["form"].errors) == {"name", "email", "phone"}
    for field in ("name", "email", "phone"):
        assert f'id="id_{field}_error"' in body
        assert f'href="#id_{field}"' in body
    assert 'value="nobody"' in body


def test_what_is_typed_is_kept_and_comes_back_after_logging_in(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    typed = DETAILS | {"action": "log_in", "name": "Ada", "email": "half", "notes": "The dog has eaten the tray."}
    away = client.post(DETAILS_PAGE, typed)
    assert away.headers["Location"] == "/accounts/login/?next=%2Fcheckout%2F"
    client.force_login(make_user("somebody@example.com"))
    kept = initial(client)
    assert (kept["name"], kept["email"], kept["notes"]) == ("Ada", "half", "The dog has eaten the tray.")
    assert client.get(DETAILS_PAGE).context["hold"] is not None


def test_what_was_typed_and_sent_is_there_on_another_device(client: Client, shop: Shop) -> None:
    draft, token = open_draft(client, shop, service_type="courier")
    telephone, laptop = client, Client()
    assert telephone.post(DETAILS_PAGE, {"action": "keep", "name": "Ada", "line1": "1 High"}).status_code == 204
    laptop.get(reverse("draft-details", args=[token]))
    assert (initial(laptop)["name"], initial(laptop)["line1"]) == ("Ada", "1 High")
    give_details(telephone, **ADDRESS)
    draft.refresh_from_db()
    assert (draft.details["email"], draft.details["address"]["town"]) == ("ada@example.com", "London")
    tablet = Client()
    tablet.get(reverse("draft-details", args=[token]))
    assert (initial(tablet)["name"], initial(tablet)["town"]) == ("Ada Smith", "London")
    assert draft.unsent.get("details") is None


def test_the_way_that_was_chosen_with_the_time_is_not_asked_again(client: Client, shop: Shop) -> None:
    draft, token = open_draft(client, shop, service_type="courier")
    page = client.get(DETAILS_PAGE)
    body = page.content.decode()
    assert page.context["method"]["code"] == "courier"
    assert reverse("draft-time", args=[token]) in body
    assert 'name="shipping_method"' not in body
    assert {"line1", "town", "postcode"} <= set(give_details(client).context["form"].errors)
    give_details(client, **ADDRESS)
    assert client.get(PAYMENT_PAGE).context["shipping_method"].code == "courier"
    # Chosen anew with the time: the address is asked for no more, and nothing is charged for it.
    drafts.answer_service(draft, urgency="standard", service_type="in_store", at=timezone.now())
    assert client.get(PAYMENT_PAGE).context["shipping_method"].code == "in-store"


# --- time


def nearly_over() -> Any:
    """Leave two minutes of the kept time; returns when it ends then."""
    until = timezone.now() + timedelta(minutes=2)
    Hold.objects.update(expires_at=until)
    SlotCell.objects.update(expires_at=until)
    return until


def test_looking_at_a_page_keeps_the_time_no_longer(client: Client, shop: Shop) -> None:
    """A browser that fetches ahead, a robot with a cookie, a tab that reloads itself: none of them is a customer."""
    open_draft(client, shop)
    give_details(client)
    until = nearly_over()
    for page in ("/basket/", DETAILS_PAGE, PAYMENT_PAGE):
        answer = client.get(page)
        assert answer.status_code == 200
        assert Hold.objects.get().expires_at == until
        assert answer.context.get("hold", Hold.objects.get()).expires_at == until


@pytest.mark.parametrize("name", ["draft-time", "draft-photos", "details", "faulty", "log_in", "voucher", "order"])
def test_sending_a_step_keeps_the_time_for_a_whole_span_again(client: Client, shop: Shop, name: str) -> None:
    draft, token = open_draft(client, shop)
    give_details(client)
    start = hold_of(draft).starts_at.isoformat()
    sent = {
        "draft-time": {"urgency": "standard", "service_type": "in_store", "starts_at": start},
        "draft-photos": {},
        "details": DETAILS,
        "faulty": {**DETAILS, "email": "nobody"},
        "log_in": {"action": "log_in"},
        "voucher": {"action": "add_voucher", "code": "NONE"},
        "order": {"action": "place_order", "pay_by": "demo", "shown_total": "1.00"},
    }[name]
    paying = name in {"voucher", "order"}
    page = reverse(name, args=[token]) if "draft" in name else PAYMENT_PAGE if paying else DETAILS_PAGE
    nearly_over()
    client.post(page, sent)
    assert Hold.objects.get().expires_at > timezone.now() + timedelta(minutes=14)
    assert not Order.objects.exists()


def test_a_customer_without_script_has_time_for_every_step(client: Client, shop: Shop) -> None:
    """Twelve minutes at each step, of fifteen that a time is kept: the time is theirs to the end."""
    draft, token = open_draft(client, shop)
    held = hold_of(draft)
    for page, answers in ((reverse("draft-photos", args=[token]), {}), (DETAILS_PAGE, DETAILS)):
        nearly_over()
        assert client.get(client.post(page, answers)["Location"]).status_code in {200, 302}
    nearly_over()
    assert submit(client, pay_by="in_store").status_code == 302
    assert OrderVisit.objects.get().appointment.hold == held


def test_a_time_that_ran_out_and_nobody_took_is_kept_again_by_the_page_that_is_seen(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    SlotCell.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(DETAILS_PAGE).context["hold_ran_out"] is True
    assert client.post(reverse("checkout:hold")).status_code == 200
    assert client.get(DETAILS_PAGE).context["hold"] == Hold.objects.get()


def test_an_active_page_may_ask_to_keep_the_time(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    Hold.objects.update(expires_at=timezone.now() + timedelta(minutes=2))
    answer = client.post(reverse("checkout:hold"))
    assert answer.status_code == 200
    assert answer.json()["expires_at"] > (timezone.now() + timedelta(minutes=14)).isoformat()
    Hold.objects.update(created_at=timezone.now() - timedelta(hours=2), expires_at=timezone.now())
    gone = client.post(reverse("checkout:hold"))
    assert (gone.status_code, gone.json()["code"]) == (409, "hold_expired")
    assert client.get(reverse("checkout:hold")).status_code == 405
    assert Client().post(reverse("checkout:hold")).status_code == 409
    assert Client(enforce_csrf_checks=True).post(reverse("checkout:hold")).status_code == 403


def lose_time(shop: Shop) -> None:
    """Somebody else takes the time after it ran out, on every seat."""
    held = Hold.objects.get()
    Hold.objects.update(expires_at=timezone.now(), created_at=timezone.now() - timedelta(hours=2))
    SlotCell.objects.update(expires_at=timezone.now())
    for _seat in Resource.objects.all():
        booking.hold(site=shop.site, starts_at=held.starts_at, at=timezone.now() + timedelta(seconds=1))


def test_a_lost_time_is_chosen_again_in_place_and_nothing_typed_is_lost(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    lose_time(shop)
    page = client.get(DETAILS_PAGE)
    assert "Your time is no longer kept" in page.content.decode()
    value = page.context["next_starts"][2][0]
    choice = {"action": "choose_time", "starts_at": value, "name": "Ada", "email": "unfinished@"}
    page = client.post(DETAILS_PAGE, choice, follow=True)
    assert page.context["hold"].starts_at.isoformat() == value
    assert (page.context["form"].initial["name"], page.context["form"].initial["email"]) == ("Ada", "unfinished@")
    give_details(client)
    assert submit(client, pay_by="in_store").status_code == 302


def test_a_time_lost_on_the_payment_step_is_chosen_there(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    lose_time(shop)
    page = client.get(PAYMENT_PAGE)
    taken, free = page.context["hold_ran_out"], page.context["next_starts"][0][0]
    assert taken
    none = client.post(PAYMENT_PAGE, {"action": "choose_time"}, follow=True)
    assert none.context["time_problem"] in none.content.decode()
    page = client.post(PAYMENT_PAGE, {"action": "choose_time", "starts_at": free}, follow=True)
    assert page.context["hold"].starts_at.isoformat() == free
    assert submit(client).status_code == 302


def test_a_time_that_is_taken_while_it_is_chosen_is_said(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    lose_time(shop)
    lost = Hold.objects.order_by("pk")[0].starts_at
    page = client.post(DETAILS_PAGE, {"action": "choose_time", "starts_at": lost.isoformat()}, follow=True)
    assert "has just been taken" in page.content.decode()
    assert page.context["next_starts"]


# --- terms


def test_a_shop_without_terms_asks_for_no_consent(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    assert 'type="checkbox"' not in client.get(PAYMENT_PAGE).content.decode()
    submit(client)
    assert OrderVisit.objects.get().agreed_at is None


def test_the_agreed_version_is_kept_with_the_order(client: Client, shop: Shop, terms_page: ContentPage) -> None:
    reserve(client, shop)
    give_details(client)
    form = pay_form(client)
    (version,) = form.values["terms_version"]
    assert "agree" not in form.values
    forms.send(client, form, agree="on", pay_by="in_store")
    visit = OrderVisit.objects.get()
    terms_page.refresh_from_db()
    assert visit.terms_version == version
    assert f"@{terms_page.live_revision_id} " in version
    assert visit.agreed_at is not None


def test_nothing_is_ordered_without_agreeing(client: Client, shop: Shop, terms_page: ContentPage) -> None:
    reserve(client, shop)
    give_details(client)
    page = forms.send(client, pay_form(client), pay_by="in_store")
    assert "Agree to the terms to go on." in page.content.decode()
    assert forms.find(page, "pay_by").values["pay_by"] == ["in_store"]
    assert not Order.objects.exists()


def test_terms_that_changed_meanwhile_are_shown_and_asked_again(
    client: Client, shop: Shop, terms_page: ContentPage
) -> None:
    reserve(client, shop)
    give_details(client)
    form = pay_form(client)
    terms_page.save_revision().publish()
    page = forms.send(client, form, agree="on", pay_by="in_store")
    assert page.context["problem"]["code"] == "terms_changed"
    assert not Order.objects.exists()
    again = forms.find(page, "pay_by", "shown_total")
    assert again.values["terms_version"] != form.values["terms_version"]
    assert "agree" not in again.values
    assert again.values["pay_by"] == ["in_store"]
    forms.send(client, again, agree="on")
    assert OrderVisit.objects.get().terms_version == again.values["terms_version"][0]


def test_a_made_up_version_is_not_agreed_to(client: Client, shop: Shop, terms_page: ContentPage) -> None:
    reserve(client, shop)
    give_details(client)
    for version in ("", "terms@1 2020-01-01", "x" * 81):
        page = forms.send(client, pay_form(client), agree="on", terms_version=version)
        assert page.status_code == 200
    assert not Order.objects.exists()


# --- vouchers


def test_after_ten_wrong_codes_an_hour_no_code_is_tried(client: Client, shop: Shop) -> None:
    make_voucher()
    reserve(client, shop)
    give_details(client)

    def type_in(code: str, address: str = "192.0.2.1") -> str:
        ask = {"action": "add_voucher", "code": code}
        page = client.post(PAYMENT_PAGE, ask, follow=True, REMOTE_ADDR=address)
        return str(page.context["voucher"].get("problem", ""))

    for number in range(10):
        assert "no voucher" in type_in(f"GUESS{number}")
    assert "too many" in type_in("GUESS10")
    assert "too many" in type_in("WELCOME10")
    assert not get_model("basket", "Basket").objects.filter(vouchers__isnull=False).exists()
    assert type_in("WELCOME10", address="198.51.100.7") == ""


def test_right_codes_are_not_counted(client: Client, shop: Shop) -> None:
    make_voucher()
    reserve(client, shop)
    give_details(client)
    for _time in range(12):
        for action in ("add_voucher", "remove_voucher"):
            client.post(PAYMENT_PAGE, {"action": action, "code": "WELCOME10"})
    page = client.post(PAYMENT_PAGE, {"action": "add_voucher", "code": "WELCOME10"}, follow=True)
    assert page.context["summary"].discounts[0].code == "WELCOME10"


def test_a_new_browser_of_the_same_person_does_not_start_from_nought(client: Client, shop: Shop) -> None:
    member = make_user()
    for number, address in ((0, "192.0.2.1"), (1, "192.0.2.2")):
        browser = Client(REMOTE_ADDR=address)
        browser.force_login(member)
        if number == 0:
            reserve(browser, shop)
        give_details(browser)
        for guess in range(6):
            page = browser.post(PAYMENT_PAGE, {"action": "add_voucher", "code": f"G{number}{guess}"}, follow=True)
    assert "too many" in page.context["voucher"]["problem"]


# --- the button and the confirmation


def test_the_button_says_what_happens(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    body = client.get(PAYMENT_PAGE).content.decode()
    assert "Book and pay £239.99" in body
    assert "Book, pay in the shop" in body
    assert re.search(r'value="in_store"[^>]*data-due="nothing"', body)


def test_the_confirmation_has_everything_to_keep(client: Client, shop: Shop) -> None:
    open_draft(client, shop)
    give_details(client)
    submit(client, pay_by="in_store")
    page = client.get(THANKS_PAGE)
    body, order, job = page.content.decode(), Order.objects.get(), Job.objects.get()
    for fact in (order.number, job.reference, "£239.99", "Due in the shop", "ada@example.com"):
        assert fact in body
    link = page.context["jobs"][0]["link"]
    assert link in body and Client().get(link).status_code == 200
    file = client.get(page.context["jobs"][0]["visit_file"])
    assert b"BEGIN:VEVENT" in file.content
    assert "<svg" in page.context["jobs"][0]["qr"]
    assert len(page.context["messages_sent"]) == 2
    form = forms.find(page, "password1", "email")
    assert (form.action, form.values["email"]) == ("/accounts/signup/", ["ada@example.com"])
    assert "qr__code" in body


def test_what_is_sent_gets_an_address_and_how_to_pack_it(client: Client, shop: Shop) -> None:
    open_draft(client, shop, service_type="postal")
    give_details(client, **ADDRESS)
    submit(client, pay_by="in_store")
    body = client.get(THANKS_PAGE).content.decode()
    for words in ("Pack it well", "12 Coldharbour Lane", "SE5 9NR", Job.objects.get().reference, "£245.99"):
        assert words in body
    assert "Bring it in" not in body


def test_a_member_is_not_asked_to_make_an_account(client: Client, shop: Shop) -> None:
    client.force_login(make_user())
    reserve(client, shop)
    give_details(client)
    submit(client, pay_by="in_store")
    assert "password1" not in client.get(THANKS_PAGE).content.decode()


def test_an_open_payment_is_said_on_the_confirmation(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    body = client.get(THANKS_PAGE).content.decode()
    assert "Your payment is still open" in body
    assert pay in body


def test_what_was_declined_online_can_be_paid_in_the_shop(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    client.get(pay)
    assert OrderVisit.objects.get().release_at is not None
    for _time in range(2):
        assert client.post(pay, {"way": "in_store"}).headers["Location"] == THANKS_PAGE
    visit = OrderVisit.objects.get()
    assert (visit.pay_by, visit.release_at, visit.appointment.state) == ("in_store", None, "confirmed")
    assert client.get(pay).headers["Location"] == THANKS_PAGE
    assert "Due in the shop" in client.get(THANKS_PAGE).content.decode()
    assert Client().post(pay, {"way": "in_store"}).status_code == 404


def test_an_order_that_was_let_go_is_not_revived_by_paying_in_the_shop(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    release.release(Order.objects.get().pk, at=timezone.now() + timedelta(days=1))
    assert client.post(pay, {"way": "in_store"}).status_code == 200
    assert OrderVisit.objects.get().pay_by == "demo"


def test_money_that_comes_after_all_is_taken_when_it_was_to_be_paid_in_the_shop(client: Client, shop: Shop) -> None:
    reserve(client, shop)
    give_details(client)
    pay = submit(client).headers["Location"]
    client.get(pay)
    client.post(pay, {"way": "in_store"})
    demo_bank.decide(charge_id=DemoCharge.objects.get().pk, decision="approved")
    client.get(reverse("checkout:return", args=[Payment.objects.get(provider="demo").reference]))
    order = Order.objects.get()
    assert (order.status, ledger.balance(order).open) == ("paid", 0)


# --- what it costs


@pytest.mark.parametrize(("page", "most"), [("/basket/", 20), (DETAILS_PAGE, 26), (PAYMENT_PAGE, 30)])
def test_a_step_takes_the_same_statements_for_one_repair_and_for_three(
    client: Client, shop: Shop, terms_page: ContentPage, page: str, most: int
) -> None:
    draft, _token = open_draft(client, shop)
    give_details(client)
    client.get(page)
    with counted() as one:
        client.get(page)
    for device in (shop.iphone_12, shop.iphone_13):
        now = timezone.now()
        item = drafts.add_item(draft, at=now, device=device)
        drafts.answer_issue(draft, item, repair_types=[shop.screen], condition="good", problem="", at=now)
    client.get(page)
    with counted() as three:
        assert client.get(page).status_code == 200
    assert len(three) <= len(one), "\n".join(three)
    assert len(one) <= most, "\n".join(one)


def test_the_confirmation_takes_a_fixed_number_of_statements(client: Client, shop: Shop) -> None:
    open_draft(client, shop)
    give_details(client)
    submit(client, pay_by="in_store")
    client.get(THANKS_PAGE)
    with counted() as statements:
        assert client.get(THANKS_PAGE).status_code == 200
    assert len(statements) <= 24, "\n".join(statements)


def test_the_hold_of_a_draft_is_the_one_the_order_takes(client: Client, shop: Shop) -> None:
    draft, _token = open_draft(client, shop)
    held = hold_of(draft)
    give_details(client)
    submit(client, pay_by="in_store")
    assert OrderVisit.objects.get().appointment.hold == held
    assert OrderVisit.objects.get().appointment.starts_at == held.starts_at


def test_no_message_of_the_stock_shop_is_shown(client: Client, shop: Shop) -> None:
    answer = client.get(DETAILS_PAGE)
    assert [str(note) for note in get_messages(answer.wsgi_request)] == []


def test_a_price_that_ran_out_is_worked_out_anew_and_said(client: Client, shop: Shop) -> None:
    draft, _token = open_draft(client, shop)
    give_details(client)
    Quote.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    page = client.get(PAYMENT_PAGE, follow=True)
    assert page.status_code == 200
    assert "ran out" in page.content.decode()
    assert draft.basket.lines.get().quote_row.quote.valid_until > timezone.now()
    assert client.get(PAYMENT_PAGE).status_code == 200
