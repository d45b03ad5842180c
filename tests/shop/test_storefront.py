"""The public shop window: the same bytes for everybody, prices explained, few statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.messages import constants
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from cms.models import FAQ, HomePage, Subject
from shop.models import PriceRule
from tests.factories import Shop, make_user, subject
from tests.shop.statements import counted

# Budgets of statements are held on both databases.
ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])
PUBLIC = ("/", "/devices/", "/devices/?q=a1905", "/devices/iphone-8/", "/devices/iphone-8/screen-repair/")
PUBLIC += ("/repairs/iphone/", "/prices/", "/services/")


@pytest.fixture
def home(shop: Shop) -> Any:
    """A home page at the site's root."""
    page = Page.get_first_root_node().add_child(
        instance=HomePage(title="Mendwell", slug="mendwell-home", headline="Mended well", trust_line="Tested twice")
    )
    shop.site.root_page = page
    shop.site.save()
    return page


def text(client: Client, address: str, **query: str) -> str:
    page = client.get(address, query)
    assert page.status_code == 200, page
    return page.content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_holds_nothing_of_one_visitor(client: Client, home: Any, address: str) -> None:
    page = client.get(address)
    body = page.content.decode()
    assert page.status_code == 200
    assert not page.cookies
    assert "csrf" not in body.lower()
    assert "nonce=" not in body


@pytest.mark.parametrize("address", PUBLIC)
def test_a_member_gets_the_same_bytes_as_a_guest(client: Client, home: Any, address: str) -> None:
    guest = client.get(address).content
    client.force_login(make_user(first_name="Zebedee"))
    assert client.get(address).content == guest


def test_a_page_loads_no_file_from_another_host_and_runs_no_inline_script(client: Client, home: Any) -> None:
    body = text(client, "/")
    assert 'src="http' not in body
    assert 'rel="stylesheet" href="http' not in body
    assert "<script>" not in body
    assert " style=" not in body
    assert "onclick" not in body


def test_the_repair_page_names_every_factor_of_the_worked_price(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/iphone-8/screen-repair/", condition="poor", urgency="urgent")
    for words in ("£199.99", "Older device", "+£40.00", "Poor condition", "+£71.99", "Urgent repair", "+£156.00"):
        assert words in body
    assert "£467.98" in body
    assert "Parts for older devices cost more." in body
    assert "incl. VAT" in body


def test_the_book_link_carries_the_answers(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/iphone-8/screen-repair/", condition="fair", service_type="courier")
    assert (
        "/book/?device=iphone-8&amp;repair=screen-repair&amp;condition=fair&amp;urgency=standard"
        "&amp;service_type=courier" in body
    )


def test_an_unknown_answer_counts_as_none(client: Client, shop: Shop) -> None:
    plain = text(client, "/devices/iphone-13/screen-repair/")
    assert text(client, "/devices/iphone-13/screen-repair/", condition="melted", urgency="\x00") == plain


@pytest.mark.parametrize("words", ["a1905", "iphone 8", "8 iphone", "APPLE 8", "phones a1863"])
def test_a_device_is_found_by_name_brand_kind_or_model_code(client: Client, shop: Shop, words: str) -> None:
    body = text(client, "/devices/", q=words)
    assert "/devices/iphone-8/" in body
    assert "/devices/iphone-13/" not in body


def test_a_search_without_an_answer_says_what_to_try(client: Client, shop: Shop) -> None:
    body = text(client, "/devices/", q="toaster <b>")
    assert "We do not know this device yet" in body
    assert "toaster &lt;b&gt;" in body


def test_an_unpublished_device_is_nowhere(client: Client, shop: Shop) -> None:
    Subject.objects.filter(pk=shop.iphone_12.pk).update(live=False)
    assert "iphone-12" not in text(client, "/devices/")
    assert client.get("/devices/iphone-12/").status_code == 404
    assert client.get("/devices/iphone-12/screen-repair/").status_code == 404


def test_a_repair_that_is_not_offered_for_a_device_is_not_found(client: Client, shop: Shop) -> None:
    assert client.get("/devices/iphone-8/teeth-whitening/").status_code == 404
    shop.screen.offers.update(active=False)
    assert client.get("/devices/iphone-8/screen-repair/").status_code == 404


def test_a_list_of_devices_has_24_to_a_page_with_their_lowest_price(client: Client, shop: Shop) -> None:
    for number in range(30):
        subject("device", f"Phone {number:02}", f"phone-{number:02}", shop.iphone, year=2024)
    first, second = text(client, "/devices/"), text(client, "/devices/", page="2")
    assert first.count("device-card__price") == 24
    assert second.count("device-card__price") == 9
    assert "£89.99" in first
    assert text(client, "/devices/", page="900") == second


@ON_BOTH
def test_a_list_of_24_devices_takes_as_many_statements_as_a_list_of_three(
    client: Client, shop: Shop, database: str
) -> None:
    client.get("/devices/")
    with counted() as few:
        client.get("/devices/")
    for number in range(21):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, year=2020)
    with counted() as many:
        client.get("/devices/")
    assert len(many) == len(few)
    assert len(many) <= 4, "\n".join(many)


@ON_BOTH
def test_a_device_page_takes_six_statements(client: Client, shop: Shop, database: str) -> None:
    client.get("/devices/iphone-8/")
    with counted() as statements:
        client.get("/devices/iphone-8/")
    assert len(statements) <= 6, "\n".join(statements)


def test_a_page_with_prices_is_cached_until_a_rule_begins_or_the_year_ends(client: Client, shop: Shop) -> None:
    soon = timezone.now() + timedelta(hours=1)
    for address in PUBLIC[1:]:
        year = datetime(timezone.now().year + 1, 1, 1, tzinfo=UTC)
        assert float(client.get(address)["X-Cache-Until"]) <= year.timestamp()
    PriceRule.objects.create(site=shop.site, name="Soon", value="0.5", valid_from=soon)
    for address in PUBLIC[1:]:
        page = client.get(address)
        assert float(page["X-Cache-Until"]) == pytest.approx(soon.timestamp())
        assert "Soon" not in page.content.decode()


def test_the_home_page_shows_services_from_their_lowest_price_and_answers(client: Client, home: Any) -> None:
    FAQ.objects.create(question="Do you fix toasters?", answer="<p>Not yet.</p>", locale=home.locale, live=True)
    Subject.objects.filter(slug="iphone-13").update(year=timezone.now().year)  # new in any year this runs in
    body = text(client, "/")
    assert "Mended well" in body
    assert "Tested twice" in body
    assert "Do you fix toasters?" in body
    assert "from <strong>£199.99</strong>" in body
    assert 'action="/devices/"' in body


def test_the_visitor_answer_is_empty_and_without_cookie_for_a_stranger(client: Client, shop: Shop) -> None:
    answer = client.get("/visitor/")
    assert answer.json() == {"name": "", "basket_count": 0, "messages": [], "is_staff": False}
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_the_visitor_answer_names_a_member_and_reads_messages_once(client: Client, shop: Shop) -> None:
    client.force_login(make_user(first_name="Ada"))
    assert client.get("/visitor/").json()["name"] == "Ada"
    client.post("/accounts/logout/")
    first = client.get("/visitor/").json()["messages"]
    assert [message["level"] for message in first] == [constants.DEFAULT_TAGS[constants.SUCCESS]]
    assert client.get("/visitor/").json()["messages"] == []


def test_a_page_that_is_not_there_says_so_in_the_shops_own_look(client: Client, shop: Shop) -> None:
    page = client.get("/devices/no-such-device/")
    assert page.status_code == 404
    assert "We could not find this page" in page.content.decode()
