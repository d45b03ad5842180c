"""A price that was given can be looked at, understood, printed on one page and asked for again."""

import subprocess
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from shop import quotes, renewal
from shop.models import AddOn, PriceRule, Quote, RepairOffer, SiteShop
from tests.conftest import CHROMIUM
from tests.factories import SHOP_TIME, Shop, make_staff
from tests.shop.statements import counted

SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
LATER = SHOP_TIME + timedelta(days=31)


def issue(shop: Shop, **more: Any) -> Quote:
    wish = {"device": shop.iphone_8, "repair_type": shop.screen, "answers": {"condition": "poor"}, "at": SHOP_TIME}
    return quotes.issue(site=shop.site, **{**wish, **more})


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"].startswith("noindex")
    return " ".join(answer.content.decode().split())


def test_whoever_has_the_reference_reads_why_in_words(client: Client, shop: Shop) -> None:
    quote = issue(shop, problem="My secret words")
    told = page(client, f"/quotes/{quote.reference}/")
    reason = "Parts for older devices cost more."
    for words in ("Why this price", "£311.98", "Older device", reason, "+£71.99", "£52.00"):
        assert words in told
    assert "My secret words" not in told


def test_a_price_in_a_booking_is_not_for_who_knows_its_reference(client: Client, shop: Shop) -> None:
    quote = issue(shop, item=uuid4())
    for address in (f"/quotes/{quote.reference}/", f"/quotes/{quote.reference}/print/", "/quotes/Q-NOTHING/"):
        assert client.get(address).status_code == 404
    client.force_login(make_staff())
    assert client.get(f"/quotes/{quote.reference}/").status_code == 200


def test_a_price_is_booked_from_its_page(client: Client, shop: Shop) -> None:
    quote = issue(shop, at=timezone.now())
    client.post(f"/quotes/{quote.reference}/", {"take": "1"})
    assert "£311.98" in client.get("/basket/").content.decode()


def test_a_price_that_ran_out_is_asked_for_again_with_the_difference_in_words(client: Client, shop: Shop) -> None:
    quote = issue(shop, at=timezone.now() - timedelta(days=31))
    PriceRule.objects.filter(name="Older device").update(value=Decimal("1.25"))
    PriceRule.objects.create(site=shop.site, name="Winter", effect="add", value=Decimal("-5"), priority=9)
    assert "See today" in page(client, f"/quotes/{quote.reference}/")
    sent = client.post(f"/quotes/{quote.reference}/", {"renew": "1"})
    told = page(client, sent["Location"])
    assert "Was £311.98, now £319.98 (Older device: +£10.00, Poor condition: +£3.00, Winter: −£5.00)." in told


def test_what_went_and_what_came_is_told_to_the_penny(shop: Shop) -> None:
    glass = AddOn.objects.create(site=shop.site, name="Glass", slug="glass", price=Decimal("9.99"))
    old = issue(shop, add_ons=["glass"])
    glass.active = False
    glass.save()
    RepairOffer.objects.filter(repair_type=shop.screen).update(price=Decimal("209.99"))
    fresh, moved = renewal.renew(old, LATER)
    assert fresh.replaces == old
    assert (fresh.total, moved.amount) == (Decimal("327.58"), fresh.total - old.total)
    assert sum(row.step for row in moved.changes) == moved.amount
    assert ("Glass", Decimal("9.99"), None) in [(row.name, row.before, row.now) for row in moved.changes]
    assert moved.changes[0].before == Decimal("199.99")


def test_asked_again_twice_in_a_hurry_it_is_one_new_price(shop: Shop) -> None:
    old = issue(shop)
    first, _ = renewal.renew(old, LATER)
    assert renewal.renew(old, LATER + timedelta(minutes=9))[0] == first
    assert renewal.renew(old, LATER + timedelta(minutes=11))[0] != first


def test_a_repair_that_was_withdrawn_says_so_when_it_is_asked_for_again(client: Client, shop: Shop) -> None:
    old = issue(shop)
    shop.screen.live = False
    shop.screen.save()
    with pytest.raises(quotes.NotOffered, match="any more"):
        renewal.renew(old, LATER)
    answer = client.post(f"/quotes/{old.reference}/", {"renew": "1"}, follow=True)
    assert "We do not offer Screen repair for iPhone 8 any more." in answer.content.decode()


def test_a_visit_in_the_past_is_left_out_when_a_price_is_asked_for_again(shop: Shop) -> None:
    PriceRule.objects.create(site=shop.site, name="Saturday", effect="add", value=Decimal("10"), weekdays=[5])
    old = issue(shop, visit_at=SATURDAY)
    fresh, moved = renewal.renew(old, LATER)
    assert fresh.visit_at is None
    assert ("Saturday", Decimal("10.00"), None) in [(row.name, row.before, row.now) for row in moved.changes]


def test_the_form_carries_what_the_directive_asks_for(client: Client, shop: Shop) -> None:
    RepairOffer.objects.filter(repair_type=shop.screen).update(kind="range", price_max=Decimal("249.99"))
    told = page(client, f"/quotes/{issue(shop).reference}/print/")
    for words in (
        *("Mendwell London", "12 Coldharbour Lane", "+44 20 7946 0018", "hello@mendwell.example"),
        *("iPhone 8", "Nature of the defect", "Screen repair", "£311.98", "Most it can cost", "£389.98"),
        *("Time to complete", "Replacement meanwhile", "Handed over at", "Services beside it"),
        "These terms hold until",
        *("23 December", "2024/1799", "Signature"),
    ):
        assert words in told, words


def test_a_form_says_when_it_is_ready_and_what_is_lent_only_where_the_shop_said_so(client: Client, shop: Shop) -> None:
    told = page(client, f"/quotes/{issue(shop).reference}/print/")
    assert "The day it is ready is agreed" in told and "<dd>None</dd>" in told
    SiteShop.objects.update(ready_days=3, loan_price=Decimal("0"))
    kept = issue(shop)
    SiteShop.objects.update(ready_days=1, loan_price=Decimal("15"))
    fresh = issue(shop)
    SiteShop.objects.update(ready_days=None, loan_price=None)
    told = page(client, f"/quotes/{kept.reference}/print/")  # what was promised holds, whatever the shop says since
    assert "ready within 3 days" in told and "free of charge" in told
    told = page(client, f"/quotes/{fresh.reference}/print/")
    assert "ready within 1 day of" in told and "for £15.00 in all" in told


def test_a_form_names_what_sending_costs(client: Client, shop: Shop) -> None:
    told = page(client, f"/quotes/{issue(shop).reference}/print/")
    assert "Send it by post £6.00; Courier £12.00." in told


def test_staff_see_each_rule_as_it_was_and_as_it_is(client: Client, shop: Shop) -> None:
    quote = issue(shop)
    PriceRule.objects.filter(name="Older device").update(value=Decimal("1.5"))
    PriceRule.objects.filter(name="Poor condition").delete()
    assert client.get(f"/bench/prices/{quote.reference}/").status_code == 302
    staff = make_staff()
    staff.is_superuser = True
    staff.save()
    client.force_login(staff)
    client.get(f"/bench/prices/{quote.reference}/")
    with counted() as statements:
        told = " ".join(client.get(f"/bench/prices/{quote.reference}/").content.decode().split())
    assert "Then: Multiply by 1.2. Now: Multiply by 1.5." in told
    assert "Then: Multiply by 1.3. Now: deleted." in told
    assert "it comes to the same" in told
    rule = PriceRule.objects.get(name="Older device")
    assert f"/{rule.pk}/" in told
    assert len(statements) <= 14, "\n".join(statements)


@pytest.mark.browser
def test_the_form_prints_on_one_page(client: Client, shop: Shop, tmp_path: Path) -> None:
    words = {"site": shop.site, "reason": "A sentence. " * 12, "priority": 9}
    for number in range(6):
        PriceRule.objects.create(name=f"One more reason {number}", value=Decimal("1.1"), **words)
    RepairOffer.objects.filter(repair_type=shop.screen).update(kind="from")
    SiteShop.objects.update(ready_days=14, loan_price=Decimal("1250"))
    extras = [f"extra-{number}" for number in range(4)]
    for slug in extras:
        AddOn.objects.create(site=shop.site, name=f"Something to go with it {slug}", slug=slug, price=Decimal("9.99"))
    client.force_login(make_staff())  # who also reads the customer's words
    quote = issue(shop, problem="It fell down the stairs and then some. " * 40, add_ons=extras)
    told = client.get(f"/quotes/{quote.reference}/print/").content.decode()
    css = (Path(__file__).parents[2] / "static/mendwell/pages/quote-form.css").read_text()
    paper, pdf = tmp_path / "form.html", tmp_path / "form.pdf"
    paper.write_text(told.replace("</head>", f"<style>{css}</style></head>"))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}"]
    subprocess.run([str(CHROMIUM), *options, paper.as_uri()], check=True, timeout=60, capture_output=True)  # noqa: S603
    assert pdf.read_bytes().count(b"/Type /Page\n") == 1
