"""The pages around the devices: kinds, prices, services, type-ahead, and what search engines read of them all."""

import json
import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page

from cms.models import FAQ, ContentPage, HomePage, RepairType, Subject
from cms.versions import Scope, bump
from repairs.models import OpeningHours
from shop.models import PriceRule, RepairOffer
from shop.storefront import hours
from tests.factories import Shop, complaint, make_user, repair_type, subject
from tests.shop.statements import counted

ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])
KINDS = ("/repairs/phones/", "/repairs/iphone/")
NEW = (*KINDS, "/prices/", "/services/", "/find/?q=iphone")


@pytest.fixture
def home(shop: Shop) -> Any:
    """A home page with a page below it, at the site's root."""
    page = Page.get_first_root_node().add_child(
        instance=HomePage(title="Mendwell", slug="mendwell-home", headline="Mended well", introduction="Prices first.")
    )
    page.add_child(instance=ContentPage(title="About us", slug="about", introduction="Who we are."))
    shop.site.root_page = page
    shop.site.save()
    return page


def text(client: Client, address: str, **query: str) -> str:
    page = client.get(address, query)
    assert page.status_code == 200, page
    return page.content.decode()


def records(body: str) -> dict[str, dict[str, Any]]:
    """The page's records by type; several of one type as the last."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)
    assert len(found) == 1
    return {record["@type"]: record for record in json.loads(found[0])["@graph"]}


def faq(question: str, node: Subject | None, answer: str = "<p>Yes.</p>") -> FAQ:
    return FAQ.objects.create(question=question, answer=answer, subject=node, live=True, locale=Locale.get_default())


@pytest.mark.parametrize("address", NEW)
def test_a_member_gets_the_same_bytes_as_a_guest(client: Client, home: Any, address: str) -> None:
    guest = client.get(address)
    assert guest.status_code == 200
    assert not guest.cookies
    assert "csrf" not in guest.content.decode().lower()
    client.force_login(make_user(first_name="Zebedee"))
    assert client.get(address).content == guest.content


@pytest.mark.parametrize("address", NEW[:-1])
def test_a_page_with_prices_is_kept_until_a_rule_begins(client: Client, shop: Shop, address: str) -> None:
    year = datetime(timezone.now().year + 1, 1, 1, tzinfo=UTC)
    assert float(client.get(address)["X-Cache-Until"]) <= year.timestamp()
    soon = timezone.now() + timedelta(hours=1)
    PriceRule.objects.create(site=shop.site, name="Soon", value="0.5", valid_from=soon)
    assert float(client.get(address)["X-Cache-Until"]) == pytest.approx(soon.timestamp())


@pytest.mark.parametrize("slug", ["phones", "iphone"])
def test_a_kind_shows_its_devices_and_repairs_from_their_lowest_price(client: Client, shop: Shop, slug: str) -> None:
    Subject.objects.filter(slug="iphone-13").update(year=timezone.now().year)
    body = text(client, f"/repairs/{slug}/")
    for words in ("iPhone 13", "iPhone 12", "iPhone 8", "Battery replacement", "£89.99", "£199.99"):
        assert words in body


@pytest.mark.parametrize("slug", ["iphone-13", "nothing", "teeth"])
def test_only_a_live_family_or_category_has_a_page(client: Client, shop: Shop, slug: str) -> None:
    assert client.get(f"/repairs/{slug}/").status_code == 404
    Subject.objects.filter(slug="iphone").update(live=False)
    assert client.get("/repairs/iphone/").status_code == 404


def test_no_page_leads_to_a_category_that_was_taken_off_the_site(client: Client, shop: Shop) -> None:
    shop.iphone.unpublish()
    for address in ("/devices/iphone-8/", "/devices/iphone-8/screen-repair/", "/repairs/phones/", "/sitemap.xml"):
        assert "/repairs/iphone/" not in text(client, address), address


def test_the_old_address_of_a_category_still_works_and_finds_a_family_too(client: Client, shop: Shop) -> None:
    for category in ("iphone", "phones"):
        assert "/devices/iphone-8/" in text(client, "/devices/", category=category)
    assert "/devices/iphone-8/" not in text(client, "/devices/", category="tablets")
    assert client.get("/devices/?category=%00").status_code == 200


def test_a_question_stands_on_the_pages_of_its_subject_only(client: Client, home: Any, shop: Shop) -> None:
    faq("About phones?", shop.phones)
    faq("About the eight?", shop.iphone_8)
    faq("About the shop?", None)
    for address in ("/repairs/phones/", "/devices/iphone-13/", "/devices/iphone-13/screen-repair/"):
        body = text(client, address)
        assert ("About phones?" in body, "About the eight?" in body, "About the shop?" in body) == (True, False, False)
        assert [row["name"] for row in records(body)["FAQPage"]["mainEntity"]] == ["About phones?"]
    assert "About the eight?" in text(client, "/devices/iphone-8/")
    assert "About the shop?" in text(client, "/")
    assert "About phones?" not in text(client, "/")


def test_common_issues_lead_into_booking_with_the_repair_they_are_about(client: Client, shop: Shop) -> None:
    complaint("The battery drains fast", shop.iphone_8)
    complaint("It sings", shop.phones)
    body = text(client, "/devices/iphone-8/")
    assert 'href="/book/?device=iphone-8&amp;repair=battery-replacement"' in body
    assert 'href="/book/?device=iphone-8"' in body


def test_a_short_word_of_a_complaint_finds_the_repair_that_speaks_of_it(client: Client, shop: Shop) -> None:
    RepairType.objects.filter(pk=shop.battery.pk).update(summary="For a wet phone: dried before corrosion sets in.")
    complaint("It got wet", shop.iphone_8)
    assert 'href="/book/?device=iphone-8&amp;repair=battery-replacement"' in text(client, "/devices/iphone-8/")


def test_a_device_names_its_neighbours_and_not_itself(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/iphone-8/")
    assert 'href="/devices/iphone-13/"' in body
    assert body.count('href="/devices/iphone-8/"') == 0


def test_the_from_price_of_a_device_leaves_out_what_is_done_for_any_device(client: Client, shop: Shop) -> None:
    moving = repair_type("Data transfer", "data-transfer", None)
    RepairOffer.objects.create(site=shop.site, repair_type=moving, subject=None, price="9.99")
    Subject.objects.filter(slug="iphone-13").update(year=timezone.now().year)
    body = text(client, "/devices/", q="iphone 13")
    assert "from <strong>£89.99</strong>" in body
    assert "£9.99" in text(client, "/devices/iphone-13/")
    assert "£9.99" in text(client, "/prices/")


def test_the_price_list_explains_every_rule_in_force_and_no_other(client: Client, shop: Shop) -> None:
    PriceRule.objects.create(site=shop.site, name="Over", value="0.5", valid_until=timezone.now())
    PriceRule.objects.create(site=shop.site, name="Switched off", value="0.5", active=False)
    body = text(client, "/prices/")
    for words in ("Older device", "+20 %", "Device older than 5 years", "Poor condition", "+30 %", "Courier", "+5 %"):
        assert words in body
    assert "Over</h3>" not in body
    assert "Switched off" not in body


def test_the_price_list_names_the_lowest_price_of_each_kind(client: Client, shop: Shop) -> None:
    galaxy = subject("category", "Galaxy", "galaxy", shop.phones)
    subject("device", "S24", "s24", galaxy, year=timezone.now().year)
    Subject.objects.filter(slug="iphone-12").update(year=timezone.now().year)
    body = text(client, "/prices/")
    assert "£199.99" in body
    assert "£239.99" not in body  # dearer ones are on their own pages
    assert "Galaxy" not in body  # nothing is offered for it


def folds(body: str) -> list[tuple[str, bool]]:
    """The folded families of a page by the place that a link leads to, and whether each is open."""
    found = re.findall(r'<details class="fold"( open)?>.*?id="([\w-]+)"', body, re.S)
    return [(slug, bool(is_open)) for is_open, slug in found]


def galaxy(shop: Shop) -> RepairType:
    """A second family with one device and one priced repair of its own."""
    tablets = subject("family", "Tablets", "tablets", sort_order=9)
    tabs = subject("category", "Galaxy Tab", "galaxy-tab", tablets)
    subject("device", "Tab S9", "tab-s9", tabs, brand="Samsung", year=timezone.now().year)
    glass = repair_type("Tablet glass", "tablet-glass", tablets)
    RepairOffer.objects.create(site=shop.site, repair_type=glass, subject=tablets, price="149.00")
    return glass


@pytest.mark.parametrize("address", ["/prices/", "/services/"])
def test_families_are_folded_and_a_link_leads_into_each(client: Client, shop: Shop, address: str) -> None:
    assert folds(text(client, address)) == [("phones", True)]  # nothing to choose from
    galaxy(shop)
    body = text(client, address)
    assert folds(body) == [("phones", False), ("tablets", False)]
    assert body.index("3 repairs") < body.index("1 repair<") and "from <strong>£149.00</strong>" in body


def test_the_price_list_shows_what_was_asked_for_without_script(client: Client, shop: Shop) -> None:
    galaxy(shop)
    body = text(client, "/prices/", q="iphne 13 scren")
    assert 'href="/devices/iphone-13/screen-repair/"' in body and folds(body) == []
    body = text(client, "/prices/", q="tablet glass")
    assert folds(body) == [("tablets", True)] and "Battery replacement" not in body
    assert 'content="noindex' in body and "£149.00" in body
    assert "Nothing on the price list fits" in text(client, "/prices/", q="toaster")


def test_the_price_list_names_each_kind_with_its_price_of_the_first_repair(client: Client, shop: Shop) -> None:
    older = subject("category", "iPhone of old", "iphone-of-old", shop.phones)
    subject("device", "iPhone 5", "iphone-5", older, brand="Apple", year=2012)
    RepairOffer.objects.create(site=shop.site, repair_type=shop.battery, subject=shop.phones, price="50.00")
    RepairType.objects.filter(pk=shop.battery.pk).update(subject=shop.phones, sort_order=0)
    body = text(client, "/prices/", q="phone battery")
    assert "Battery replacement from" in body
    assert re.search(r"iPhone of old</span>\s*<span[^>]*>£60.00", body)  # a fifth more for its age


def test_a_device_shows_eight_complaints_and_the_others_behind_a_button(client: Client, shop: Shop) -> None:
    for number in range(8):
        complaint(f"Fault {number}", shop.phones)
    assert "Show all" not in text(client, "/devices/iphone-8/")
    complaint("One more", shop.phones)
    body = text(client, "/devices/iphone-8/")
    assert "Show all 9" in body and "One more" in body


def test_a_device_says_once_why_its_prices_are_as_they_are(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/iphone-8/")
    assert body.count("<dt>Older device</dt>") == 1
    Subject.objects.filter(slug="iphone-13").update(year=timezone.now().year)
    assert "Why these prices" not in text(client, "/devices/iphone-13/")


def test_what_is_done_for_any_device_stands_apart(client: Client, shop: Shop) -> None:
    moving = repair_type("Data transfer", "data-transfer", None)
    RepairOffer.objects.create(site=shop.site, repair_type=moving, subject=None, price="9.99")
    body = text(client, "/devices/iphone-8/")
    assert body.index("Screen repair") < body.index("For any device") < body.index('data-transfer/">Data transfer')


# a shop without devices


@pytest.fixture
def salon(shop: Shop, home: Any) -> Shop:
    """The same shop with two treatments and no device."""
    Subject.objects.update(live=False)
    PriceRule.objects.all().delete()
    for name, slug, price in (("Manicure", "manicure", "38.00"), ("Advice", "advice", "0.00")):
        treatment = repair_type(name, slug, None)
        RepairOffer.objects.create(site=shop.site, repair_type=treatment, subject=None, price=price)
    home.body = [{"type": "services", "value": {"heading": "What we do", "repair_types": []}}]
    home.save()
    bump(Scope.CONTENT)
    return shop


@pytest.mark.parametrize("address", ["/", "/prices/", "/services/", "/book/", "/find/?q=manicure", "/no-such-page/"])
def test_a_shop_without_devices_speaks_of_none(client: Client, salon: Shop, address: str) -> None:
    body = client.get(address).content.decode()
    for word in ("Find my device", 'href="/devices/', "Which device", "iPhone"):
        assert word not in body, word


@pytest.mark.parametrize(("address", "most"), [("/", 6), ("/prices/", 6), ("/services/", 5), ("/find/?q=manicure", 4)])
def test_treatments_stand_with_time_and_price_and_lead_into_booking(
    client: Client, salon: Shop, address: str, most: int
) -> None:
    client.get(address)
    with counted() as statements:
        body = client.get(address).content.decode()
    assert 'href="/book/?repair=manicure"' in body and "£38.00" in body
    assert address == "/find/?q=manicure" or "free" in body
    assert address not in ("/prices/", "/services/") or "about 1 hour" in body
    assert len(statements) <= most, "\n".join(statements)


def test_a_search_for_a_treatment_needs_no_script(client: Client, salon: Shop) -> None:
    body = text(client, "/services/", q="manicur")
    assert "repair=manicure" in body and "repair=advice" not in body
    assert client.get("/devices/", {"q": "manicure"})["Location"] == "/services/?q=manicure"
    assert "/devices/" not in text(client, "/sitemap.xml") + text(client, "/llms.txt")


@pytest.mark.parametrize("address", ["/prices/", "/services/", "/devices/", "/repairs/iphone/", "/"])
def test_a_shop_that_has_no_prices_yet_still_has_its_pages(client: Client, home: Any, address: str) -> None:
    RepairOffer.objects.all().delete()
    PriceRule.objects.all().delete()
    assert client.get(address).status_code == 200


# the search while typing


def test_answers_while_typing_lead_to_the_device_or_the_repair_that_was_asked_for(client: Client, shop: Shop) -> None:
    assert 'href="/devices/iphone-13/"' in text(client, "/find/", q="iphne 13")
    body = text(client, "/find/", q="iphone 13 scren")
    assert 'href="/devices/iphone-13/screen-repair/"' in body
    assert 'data-device="iphone-13" data-repair="screen-repair"' in body
    assert "iphone 13 screen" in body


def test_answers_while_typing_end_with_what_to_do_next(client: Client, shop: Shop) -> None:
    near = text(client, "/find/", q="iphone 31")
    assert near.index('href="/book/?thing=iphone+31"') < near.index("Or did you mean one of these?")
    nothing = text(client, "/find/", q="<u>toaster")
    assert "&lt;u&gt;toaster" in nothing
    assert "We do not know this device yet: book a diagnosis" in nothing
    assert nothing.count('role="option"') == 1
    assert 'href="/devices/"' in text(client, "/find/", q="")
    for number in range(20):
        subject("device", f"iPhone {number + 20}", f"iphone-{number + 20}", shop.iphone)
    bump(Scope.CONTENT)
    many = text(client, "/find/", q="iphone 2")
    assert many.count('role="option"') == 6
    assert "All 10 devices" in many


def test_answers_while_typing_are_small_and_kept_by_the_browser(client: Client, shop: Shop) -> None:
    answer = client.get("/find/?q=iphone")
    assert len(answer.content) < 12_000
    assert "public" in answer["Cache-Control"]
    again = client.get("/find/?q=iphone", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post("/find/").status_code == 405


@pytest.mark.parametrize("address", ["/find/", "/devices/"])
@pytest.mark.parametrize("words", ["\x00", "' OR 1=1 --", "%", "9" * 3000, "\u202e", "(a+)+$", "<script>"])
def test_hostile_words_are_answered(client: Client, shop: Shop, address: str, words: str) -> None:
    page = client.get(address, {"q": words, "category": words, "page": words})
    assert page.status_code == 200
    assert "<script>(" not in page.content.decode()


def test_the_page_says_how_it_understood_the_words_and_what_is_near(client: Client, shop: Shop) -> None:
    assert "Showing answers for <strong>iphone 13</strong>" in text(client, "/devices/", q="iphne 13")
    assert "Did you mean one of these?" in text(client, "/devices/", q="iphone 31")
    asked = text(client, "/devices/", q="iphone 8 battery")
    assert 'href="/devices/iphone-8/battery-replacement/"' in asked
    assert 'name="robots" content="noindex' in asked


# what it costs


@ON_BOTH
@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/devices/?q=iphone", 4),
        ("/find/?q=iphne+13+scren", 4),
        ("/devices/iphone-8/", 6),
        ("/repairs/phones/", 6),
        ("/prices/", 5),
        ("/services/", 5),
    ],
)
def test_pages_stay_in_their_budget_however_many_devices_there_are(
    client: Client, shop: Shop, address: str, most: int, database: str
) -> None:
    for number in range(40):
        subject("device", f"iPhone {number + 20}", f"iphone-{number + 20}", shop.iphone, year=2020)
    client.get(address)
    with counted() as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= most, "\n".join(statements)


# the foot of every page


def test_the_foot_shows_hours_and_pages_and_forgets_what_was_taken_away(client: Client, home: Any, shop: Shop) -> None:
    body = text(client, "/prices/")
    assert "Every day" in body
    assert "09:00–18:00" in body
    assert "About us" in body
    ContentPage.objects.get(slug="about").unpublish()
    OpeningHours.objects.get(site=shop.site, weekday=6).delete()
    body = text(client, "/prices/")
    assert "About us" not in body
    assert "Monday to Saturday" in body


def test_the_week_is_told_in_as_few_lines_as_it_takes() -> None:
    nine, noon, one, six = time(9), time(12), time(13), time(18)
    week = [(day, nine, six) for day in range(4)] + [(4, nine, noon), (4, one, six)]
    told = [(line.days, line.times) for line in hours.in_words(week)]
    assert told == [
        ("Monday to Thursday", "09:00–18:00"),
        ("Friday", "09:00–12:00, 13:00–18:00"),
        ("Saturday to Sunday", "closed"),
    ]
    assert hours.in_words([]) == []


# search engines


def test_the_home_page_tells_who_the_shop_is_and_when_it_is_open(client: Client, home: Any) -> None:
    body = text(client, "/")
    shop = records(body)["LocalBusiness"]
    assert shop["name"] == "Mendwell London"
    assert shop["address"]["postalCode"] == "SE5 9NR"
    assert len(shop["openingHoursSpecification"]) == 7
    assert '<link rel="canonical" href="http://localhost/">' in body
    assert "hreflang" not in body


@pytest.mark.parametrize(("query", "shown"), [({}, "£239.99"), ({"condition": "poor", "urgency": "urgent"}, "£467.98")])
def test_the_price_for_search_engines_is_the_pages_own_from_price(
    client: Client, shop: Shop, query: dict[str, str], shown: str
) -> None:
    body = text(client, "/devices/iphone-8/screen-repair/", **query)
    offer = records(body)["Service"]["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("239.99", "GBP")
    assert "from £239.99" in body
    assert shown in body
    assert '<link rel="canonical" href="http://localhost/devices/iphone-8/screen-repair/">' in body
    assert 'property="og:url" content="http://localhost/devices/iphone-8/screen-repair/"' in body


def test_every_price_of_a_device_for_search_engines_stands_on_its_page(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/iphone-8/")
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)
    services = [row for row in json.loads(found[0])["@graph"] if row["@type"] == "Service"]
    assert sorted(row["offers"]["price"] for row in services) == ["107.99", "143.99", "239.99"]
    for row in services:
        assert f"£{row['offers']['price']}" in body
    kind = records(text(client, "/repairs/iphone/"))["Service"]["offers"]
    assert f"£{kind['lowPrice']}" in text(client, "/repairs/iphone/")


def test_the_way_to_a_page_is_told_in_full_addresses(client: Client, shop: Shop) -> None:
    steps = records(text(client, "/devices/iphone-8/screen-repair/"))["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Home", "Devices", "Phones", "iPhone", "iPhone 8", "Screen repair"]
    assert all(step["item"].startswith("http://localhost/") for step in steps)


def test_an_editors_words_cannot_leave_the_record(client: Client, shop: Shop) -> None:
    faq("</script><script>alert(1)</script>?", shop.phones, "<p>&lt;/script&gt;<b>x</b></p>")
    Subject.objects.filter(slug="iphone-8").update(name="</script><img src=x>")
    body = text(client, "/devices/iphone-8/")
    assert "<script>alert(1)" not in body
    assert "<img src=x>" not in body
    assert records(body)["FAQPage"]["mainEntity"][0]["name"] == "</script><script>alert(1)</script>?"


def test_another_language_is_named_when_it_is_there(client: Client, home: Any) -> None:
    portuguese = Locale.objects.create(language_code="pt-br")
    other = home.copy_for_translation(portuguese)
    other.title = "Mendwell em português"
    other.save_revision().publish()
    body = text(client, "/")
    assert 'hreflang="pt-br" href="http://localhost/pt-br/"' in body
    assert 'lang="pt-br"' in body  # and the foot leads there


def test_every_address_of_the_sitemap_answers(client: Client, home: Any, shop: Shop) -> None:
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    paths = [urlsplit(address).path for address in re.findall("<loc>(.*?)</loc>", answer.content.decode())]
    assert len(paths) == len(set(paths)) == 2 + 3 + 2 + 3 + 9  # pages, lists, kinds, devices, repairs
    for path in paths:
        assert client.get(path).status_code == 200, path
    shop.screen.offers.update(active=False)
    assert "screen-repair" not in client.get("/sitemap.xml").content.decode()


def test_robots_are_kept_from_what_belongs_to_one_person(client: Client, home: Any) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    for path in ("/book/", "/checkout/", "/account/", "/track/", "/basket/", "/bench/", "/pt-br/book/"):
        assert f"Disallow: {path}" in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines
    assert not any(line in ("Disallow: /", "Disallow: /devices/") for line in lines)
