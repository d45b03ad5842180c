"""The customer's own pages show what is theirs, all of it, and nothing else."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Contact, Message
from repairs import photos, tracking, workflow
from repairs.models import Appointment, Job
from shop.models import Document, OrderJob, SiteShop
from shop.payments import ledger
from shop.placement import Customer
from shop.portal import mine
from shop.portal.urls import urlpatterns
from tests.factories import SHOP_TIME, Shop, make_contact, make_user
from tests.repairs.pictures import picture, sent
from tests.shop.orders import TOMORROW, place, quote_for, reserved
from tests.shop.payments.factories import make_order
from tests.shop.statements import counted

LISTS = ("/account/", "/account/repairs/", "/account/payments/", "/account/devices/", "/account/messages/")
PAGES = (*LISTS, "/account/preferences/", "/account/profile/")


@pytest.fixture
def ada(shop: Shop) -> Any:
    return make_user("ada@example.com", first_name="Ada", last_name="Smith")


@pytest.fixture
def mine_only(client: Client, ada: Any) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client


def contact_of(shop: Shop, user: Any, **more: Any) -> Contact:
    found = Contact.objects.filter(user=user, site=shop.site, **more).first()
    return found or make_contact(shop.site, email=user.email, user=user, **more)


def job_for(shop: Shop, user: Any, reference: str, **more: Any) -> Job:
    facts = {"device": shop.iphone_8, "subject_name": "iPhone 8", "status": "repairing"} | more
    job = Job.objects.create(
        site=shop.site, reference=reference, contact=contact_of(shop, user), status_at=SHOP_TIME, created_at=SHOP_TIME,
        **facts,
    )  # fmt: skip
    job.tasks.create(repair_type=shop.screen, name="Screen repair", minutes=60)
    return job


def letter_to(shop: Shop, user: Any, key: str, **more: Any) -> Message:
    facts = {
        "kind": "job.ready",
        "channel": "email",
        "status": "sent",
        "subject": f"Ready {key}",
        "text": f"Text {key}",
    }
    return Message.objects.create(
        site=shop.site, contact=contact_of(shop, user), to=user.email, language="en-gb", dedupe_key=key,
        send_after=SHOP_TIME, created_at=SHOP_TIME, sent_at=SHOP_TIME, **facts | more,
    )  # fmt: skip


def bought(shop: Shop, user: Any, *, paid: bool = False, **more: Any) -> Any:
    """An order with a visit, a quote and a job, placed by the user."""
    token = more.pop("token", "a-token")
    customer = {"name": "Ada Smith", "email": user.email, "phone": "+447911123456", "language": "en-gb", "user": user}
    starts_at = more.pop("starts_at", TOMORROW)
    order = place(
        reserved(shop, quote_for(shop), token=token, starts_at=starts_at), customer=Customer(**customer), **more
    )
    if paid:
        owed = ledger.balance(order).open
        ledger.take_at_counter(
            order=order, amount=owed, by=user, at=SHOP_TIME, note="Card", once=f"once-{order.number}"
        )
        order.refresh_from_db()
    return order


def body(client: Client, address: str = "/account/") -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    assert "no-store" in page["Cache-Control"]
    return page.content.decode()


def everything_of(shop: Shop, user: Any) -> dict[str, str]:
    """A full life of a customer; the addresses that only they may see."""
    order = bought(shop, user, paid=True)
    job = order.job_rows.get().job
    letter_to(shop, user, f"job:{job.reference}:ready:email")
    return {
        "repair": f"/account/repairs/{job.reference}/",
        "document": f"/account/documents/{Document.objects.get(order=order, kind='invoice').number}/",
        "pay": f"/checkout/pay/{order.number}/",
    }


def portal_addresses(job: Job, order: Any) -> list[str]:
    """Every address of the portal, from its own table, with these names filled in."""
    routes = [str(pattern.pattern) for pattern in urlpatterns]
    document = Document.objects.filter(order=order).latest("pk").number
    names = {"<str:reference>": job.reference, "<str:number>": order.number, "<slug:number>": document}
    return ["/" + re.sub("<.*?>", lambda found: names[found.group()], route) for route in routes]


def test_a_stranger_is_sent_to_the_log_in_and_back(client: Client, ada: Any, shop: Shop) -> None:
    order = bought(shop, ada, paid=True)
    for address in portal_addresses(order.job_rows.get().job, order):
        if address != "/track/":
            page = client.get(address)
            assert (page.status_code, page["Location"]) == (302, f"/accounts/login/?next={address}")


def test_somebody_elses_pages_are_not_there(shop: Shop, ada: Any, client: Client) -> None:
    order = bought(shop, ada, paid=True)
    job = order.job_rows.get().job
    letter_to(shop, ada, "Adas letter")
    eve = make_user("eve@example.com")
    client.force_login(eve)
    named = 0
    for address in portal_addresses(job, order):
        page = client.get(address)
        if job.reference in address or order.number in address or "/documents/" in address:
            named += 1
            assert page.status_code == 404, address
            assert client.post(address).status_code in (404, 405)
        else:
            text = page.content.decode()
            assert page.status_code == 200
            assert not any(word in text for word in (job.reference, order.number, "Adas letter", "ada@example.com"))
    assert named == 4
    client.force_login(ada)
    assert all(client.get(address, follow=True).status_code == 200 for address in portal_addresses(job, order))


@pytest.mark.parametrize("same", ["email", "phone"])
def test_an_equal_address_or_number_that_was_not_proved_gives_nothing(shop: Shop, client: Client, same: str) -> None:
    guest = {"name": "Guest", "email": "ada@example.com", "phone": "+447911000111"}
    contact = make_contact(shop.site, **guest)
    job = Job.objects.create(
        site=shop.site, reference="R-GUES-TJOB", contact=contact, subject_name="iPhone 8",
        status_at=SHOP_TIME, created_at=SHOP_TIME,
    )  # fmt: skip
    shop.payer = contact  # type: ignore[attr-defined]
    order = make_order(shop)
    eve = make_user("ada@example.com" if same == "email" else "eve@example.com")
    make_contact(shop.site, email=eve.email, user=eve, phone=guest["phone"] if same == "phone" else "")
    client.force_login(eve)
    for address in PAGES:
        text = body(client, address)
        assert "R-GUES-TJOB" not in text
        assert order.number not in text
    assert client.get(f"/account/repairs/{job.reference}/").status_code == 404
    assert client.get(f"/account/orders/{order.number}/receipt/").status_code == 404


def test_another_shops_repairs_are_that_shops(shop: Shop, ada: Any, second_site: Any, mine_only: Client) -> None:
    order = bought(shop, ada, paid=True)
    job = order.job_rows.get().job
    letter_to(shop, ada, "London letter")
    elsewhere = {"host": "localhost"}
    for address in portal_addresses(job, order):
        page = mine_only.get(address, headers=elsewhere)
        if job.reference in address or order.number in address or "/documents/" in address:
            assert page.status_code == 404
        else:
            text = page.content.decode()
            assert not any(word in text for word in (job.reference, order.number, "London letter"))
    assert job.reference in body(mine_only, "/account/repairs/")


def test_a_new_account_is_told_on_every_page_what_to_do_first(mine_only: Client) -> None:
    for address in LISTS:
        assert 'class="empty"' in body(mine_only, address), address


def test_the_overview_shows_the_next_visit_what_is_under_way_and_what_is_to_pay(
    shop: Shop, ada: Any, mine_only: Client
) -> None:
    order = bought(shop, ada)
    booked = order.job_rows.get().job
    Appointment.objects.update(starts_at=timezone.now() + timedelta(days=1), ends_at=timezone.now() + timedelta(days=2))
    job_for(shop, ada, "R-AAAA-BBBB")
    letter_to(shop, ada, "first")
    text = body(mine_only)
    assert "Hello Ada" in text
    assert "Your next visit" in text
    assert f"/account/repairs/{booked.reference}/" in text
    assert "visit.ics" in text
    assert "Your iPhone 8 is being repaired" in text
    assert "To pay" in text
    assert "£239.99" in text
    assert f"/checkout/pay/{order.number}/" in text
    assert "Ready first" in text


@pytest.mark.parametrize("offered", ["choice", "later"])
def test_what_is_paid_in_the_shop_may_be_paid_online_where_the_shop_takes_that(
    shop: Shop, ada: Any, mine_only: Client, offered: str
) -> None:
    order = bought(shop, ada, pay_by="in_store")
    SiteShop.objects.update(payment=offered)
    for address in ("/account/", "/account/payments/"):
        text = body(mine_only, address)
        assert "You pay in the shop" in text
        assert (f"/checkout/pay/{order.number}/?online=1" in text) == (offered == "choice")
        assert f'/checkout/pay/{order.number}/"' not in text


def test_repairs_are_sorted_into_upcoming_in_progress_and_history(shop: Shop, ada: Any, mine_only: Client) -> None:
    for status in Job.Status.values:
        job_for(shop, ada, f"R-{status}", status=status)
    groups = {"upcoming": mine.UPCOMING, "progress": mine.IN_PROGRESS, "history": mine.OVER, "": Job.Status.values}
    for show, statuses in groups.items():
        text = body(mine_only, f"/account/repairs/?show={show}")
        assert {s for s in Job.Status.values if f"/account/repairs/R-{s}/" in text} == {str(s) for s in statuses}
    assert set(mine.UPCOMING + mine.IN_PROGRESS + mine.OVER) == set(Job.Status)


def test_repairs_are_found_by_reference_device_and_repair_and_never_beyond_mine(
    shop: Shop, ada: Any, mine_only: Client
) -> None:
    job_for(shop, ada, "R-AAAA-BBBB")
    job_for(shop, ada, "R-CCCC-DDDD", subject_name="Grandma's radio", device=None)
    job_for(shop, make_user("eve@example.com"), "R-EEEE-FFFF")
    for query, found in (
        ("aaaa", {"R-AAAA-BBBB"}),
        ("RADIO", {"R-CCCC-DDDD"}),
        ("screen", {"R-AAAA-BBBB", "R-CCCC-DDDD"}),
    ):
        text = body(mine_only, f"/account/repairs/?q={query}")
        assert {r for r in ("R-AAAA-BBBB", "R-CCCC-DDDD", "R-EEEE-FFFF") if f"/{r}/" in text} == found
    assert "Nothing fits" in body(mine_only, "/account/repairs/?q=EEEE")


@pytest.mark.parametrize("query", ["?q=%00&show=%00", "?page=999999999999", "?page=-1&q=%25_%27", f"?q={'x' * 3000}"])
def test_odd_questions_get_a_page(shop: Shop, ada: Any, mine_only: Client, query: str) -> None:
    job_for(shop, ada, "R-AAAA-BBBB")
    for address in LISTS:
        assert mine_only.get(address + query).status_code in (200, 400)


def test_many_repairs_come_page_by_page(shop: Shop, ada: Any, mine_only: Client) -> None:
    for number in range(25):
        Job.objects.create(
            site=shop.site, reference=f"R-{number:04}", contact=contact_of(shop, ada), subject_name="iPhone 8",
            status_at=SHOP_TIME, created_at=SHOP_TIME + timedelta(minutes=number),
        )  # fmt: skip
    first, last = body(mine_only, "/account/repairs/"), body(mine_only, "/account/repairs/?page=3")
    assert "R-0024" in first
    assert "R-0000" not in first
    assert "R-0000" in last


def test_one_repair_shows_everything_about_it(shop: Shop, ada: Any, mine_only: Client) -> None:
    order = bought(shop, ada, paid=True)
    job = order.job_rows.get().job
    shown = photos.take_in(site=shop.site, file=sent(picture()), at=SHOP_TIME, job=job)
    hidden = photos.take_in(site=shop.site, file=sent(picture()), at=SHOP_TIME, job=job, public=False)
    workflow.move(job.pk, to="received", by=None, at=SHOP_TIME, note="On the bench by noon.")
    letter_to(shop, ada, f"job:{job.reference}:ready:sms", channel="sms", subject="", text="We have it")
    letter_to(shop, ada, f"order.placed:{order.number}:x", subject="Booked for you")
    letter_to(shop, ada, "job:R-OTHER:ready:email", subject="About another one")
    text = body(mine_only, f"/account/repairs/{job.reference}/")
    for words in (
        "Your iPhone 8 is with us", "On the bench by noon.", str(shown.key), "Screen repair", "£199.99", "+£40.00",
        "£239.99", order.number, "Your repair is ready", "Booked for you", f"/account/orders/{order.number}/receipt/",
    ):  # fmt: skip
        assert words in text, words
    assert str(hidden.key) not in text
    assert "About another one" not in text


def test_a_repair_without_an_order_has_a_page_too(shop: Shop, ada: Any, mine_only: Client) -> None:
    job = job_for(shop, ada, "R-AAAA-BBBB", device=None, subject_name="Grandma's radio", status="collected")
    text = body(mine_only, f"/account/repairs/{job.reference}/")
    assert "No price has been agreed yet" in text
    assert f'href="{tracking.link(job)[:30]}' in text


def test_a_finished_repair_offers_to_book_the_same_device_again(shop: Shop, ada: Any, mine_only: Client) -> None:
    job = job_for(shop, ada, "R-AAAA-BBBB", status="collected")
    assert "/book/?device=iphone-8" in body(mine_only, f"/account/repairs/{job.reference}/")


def test_payments_follow_the_ledger(shop: Shop, ada: Any, mine_only: Client) -> None:
    order = bought(shop, ada)
    text = body(mine_only, "/account/payments/")
    assert f"/checkout/pay/{order.number}/" in text
    assert "/documents/" not in text
    assert mine_only.get(f"/account/orders/{order.number}/receipt/").status_code == 404
    ledger.take_at_counter(order=order, amount=Decimal("39.99"), by=ada, at=SHOP_TIME, note="", once="one")
    text = body(mine_only, "/account/payments/")
    assert "£39.99" in text
    assert "£200.00" in text
    assert "Partly paid" in text
    assert "/account/documents/REC-2026-00001/" in text


def test_devices_are_listed_once_with_last_repair_and_warranty(shop: Shop, ada: Any, mine_only: Client) -> None:
    now = timezone.now()
    old = job_for(shop, ada, "R-OLD", status="collected")
    Job.objects.filter(pk=old.pk).update(status_at=now - timedelta(days=10), created_at=now - timedelta(days=12))
    job_for(shop, ada, "R-NEW", status="repairing")
    job_for(shop, ada, "R-RADIO", subject_name="Grandma's radio", device=None, status="cancelled")
    rows = mine_only.get("/account/devices/").context["rows"]
    assert {row.name: (row.repairs, row.last.reference) for row in rows} == {
        "iPhone 8": (2, "R-NEW"),
        "Grandma's radio": (1, "R-RADIO"),
    }
    phone = next(row for row in rows if row.name == "iPhone 8")
    assert phone.under_warranty
    assert phone.warranty_until is not None
    assert phone.warranty_until.date() == (now + timedelta(days=80)).date()
    text = body(mine_only, "/account/devices/")
    assert text.count("/book/?device=iphone-8") == 1


def test_a_warranty_ends(shop: Shop, ada: Any, mine_only: Client) -> None:
    old = job_for(shop, ada, "R-OLD", status="collected")
    Job.objects.filter(pk=old.pk).update(status_at=timezone.now() - timedelta(days=91))
    row = mine_only.get("/account/devices/").context["rows"][0]
    assert not row.under_warranty
    assert "ended" in body(mine_only, "/account/devices/")


def test_messages_are_shown_as_sent_but_for_those_that_open_something(shop: Shop, ada: Any, mine_only: Client) -> None:
    letter_to(shop, ada, "one")
    letter_to(shop, ada, "two", kind="track.link", text="https://shop/track/secret-token/")
    letter_to(shop, ada, "three", status="failed", text="Bounced")
    letter_to(shop, ada, "four", status="queued", text="Waits")
    text = body(mine_only, "/account/messages/")
    assert "Text one" in text
    assert "Not delivered" in text
    assert "Waits" not in text
    assert "secret-token" not in text


def test_hostile_words_stay_words(shop: Shop, ada: Any, mine_only: Client) -> None:
    bad = "<script>alert(1)</script>"
    job = job_for(shop, ada, "R-AAAA-BBBB", subject_name=bad)
    letter_to(shop, ada, f"job:{job.reference}:x", subject=bad, text=bad)
    ada.first_name = bad
    ada.save()
    for address in (*PAGES, f"/account/repairs/{job.reference}/", f"/account/repairs/?q={bad}"):
        assert bad not in body(mine_only, address)


def test_preferences_are_kept_with_their_time(ada: Any, mine_only: Client) -> None:
    sent_form = {"service-email": "on", "marketing-email": "on"}
    page = mine_only.post("/account/preferences/", sent_form, follow=True)
    assert "Saved" in page.content.decode()
    now = {(row.purpose, row.channel): row.allowed for row in ada.message_preferences.all()}
    assert now == {("service", "sms"): False, ("marketing", "email"): True}
    assert page.content.decode().count("changed ") == 2


def test_the_last_way_to_hear_of_a_repair_cannot_be_switched_off_and_nothing_is_lost(
    ada: Any, mine_only: Client
) -> None:
    page = mine_only.post("/account/preferences/", {"marketing-sms": "on"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "has to stay on" in text
    assert not ada.message_preferences.exists(), "all of it or nothing"
    asked = {row["key"]: row["on"] for group in page.context["groups"] for row in group["rows"]}
    assert asked == {"service-email": False, "service-sms": False, "marketing-email": False, "marketing-sms": True}


def test_ways_can_be_swapped_in_one_go(ada: Any, mine_only: Client) -> None:
    mine_only.post("/account/preferences/", {"service-email": "on"})
    mine_only.post("/account/preferences/", {"service-sms": "on"})
    now = {row.channel: row.allowed for row in ada.message_preferences.filter(purpose="service")}
    assert now == {"email": False, "sms": True}


PROFILE = {"first_name": "Augusta", "last_name": "King", "phone": "07911 222333", "language": "pt-br"}


def test_a_profile_is_kept_and_reaches_the_repairs_on_their_way(shop: Shop, ada: Any, mine_only: Client) -> None:
    own = contact_of(shop, ada)
    other = make_contact(shop.site, email=ada.email, user=ada, name="Mother", phone="+447911555666")
    newest = make_contact(shop.site, email=ada.email, user=ada, name="Ada Smith")
    page = mine_only.post("/account/profile/", PROFILE, follow=True)
    assert "Saved" in page.content.decode()
    ada.refresh_from_db()
    assert (ada.first_name, ada.last_name) == ("Augusta", "King")
    for row in (own, newest):
        row.refresh_from_db()
        assert (row.name, str(row.phone), row.language) == ("Augusta King", "+447911222333", "pt-br")
    other.refresh_from_db()
    assert (other.name, str(other.phone)) == ("Mother", "+447911555666"), "a booking for somebody else stays theirs"


def test_a_first_profile_makes_a_contact_and_a_strangers_stays_untouched(
    shop: Shop, ada: Any, mine_only: Client
) -> None:
    theirs = make_contact(shop.site)
    mine_only.post("/account/profile/", PROFILE)
    own = Contact.objects.get(user=ada)
    assert (own.email, str(own.phone)) == ("ada@example.com", "+447911222333")
    theirs.refresh_from_db()
    assert (theirs.user, str(theirs.phone)) == (None, "+447911123456")


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "12"), ("phone", "+44 909 8790000"), ("first_name", ""), ("language", "xx"), ("first_name", "a\x00b")],
)
def test_a_profile_that_cannot_be_is_refused_beside_its_field(
    shop: Shop, ada: Any, mine_only: Client, field: str, value: str
) -> None:
    page = mine_only.post("/account/profile/", {**PROFILE, field: value})
    assert page.status_code in (200, 400)
    ada.refresh_from_db()
    assert ada.first_name == "Ada"
    if page.status_code == 200:
        assert field in page.context["form"].errors


def test_every_change_needs_a_token_of_ours(ada: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada)
    for address in ("/account/preferences/", "/account/profile/"):
        assert strict.post(address, PROFILE).status_code == 403


CEILINGS = {
    "/account/": 22,
    "/account/repairs/": 14,
    "/account/payments/": 14,
    "/account/devices/": 13,
    "/account/messages/": 12,
    "/account/preferences/": 12,
    "/account/profile/": 11,
}


def test_thirty_repairs_take_as_many_statements_as_one(shop: Shop, ada: Any, mine_only: Client) -> None:
    def fill(number: int) -> None:
        order = make_order(shop, visit_in=timedelta(hours=24, minutes=30 * (number // 2)))
        order.user = ada
        order.save(update_fields=["user"])
        Job.objects.filter(order_row__order=order).update(contact=contact_of(shop, ada))
        Contact.objects.filter(pk=order.visit.contact_id).update(user=ada)
        job_for(shop, ada, f"R-{number:04}", status="repairing" if number % 2 else "collected")
        letter_to(shop, ada, f"letter {number}")

    fill(0)
    fill(1)
    cost = {}
    for address in PAGES:
        body(mine_only, address)
        with counted() as few:
            body(mine_only, address)
        cost[address] = len(few)
    for number in range(2, 15):
        fill(number)
    for address in PAGES:
        with counted() as many:
            body(mine_only, address)
        assert len(many) == cost[address], (address, many)
        assert len(many) <= CEILINGS[address], (address, many)


def test_one_repair_and_its_invoice_take_a_fixed_number_of_statements(shop: Shop, ada: Any, mine_only: Client) -> None:
    addresses = everything_of(shop, ada)
    for address, most in ((addresses["repair"], 25), (addresses["document"], 18)):
        body(mine_only, address)
        with counted() as few:
            body(mine_only, address)
        assert len(few) <= most, few
    job = Job.objects.get(reference=addresses["repair"].split("/")[3])
    for number in range(10):
        job.tasks.create(repair_type=shop.screen, name=f"Task {number}", minutes=5)
        letter_to(shop, ada, f"job:{job.reference}:{number}")
    for _ in range(3):
        photos.take_in(site=shop.site, file=sent(picture()), at=SHOP_TIME, job=job)
    with counted() as before:
        body(mine_only, addresses["repair"])
    assert len(before) <= 25, before
    assert OrderJob.objects.filter(job=job).exists()
