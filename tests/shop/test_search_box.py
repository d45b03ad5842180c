"""One box answers devices, kinds, repairs and questions, the best first, and never ends without a next step."""

import re

import pytest
from django.test import Client

from cms.models import FAQ, CommonIssue, RepairType, Subject
from cms.versions import Scope, bump
from tests.factories import Shop, repair_type, subject
from tests.shop.statements import counted

ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """The small shop with two questions, and a repair that needs no device."""
    for question, answer, about in (
        ("Do you keep my data?", "<p>We open nothing on it.</p>", None),
        ("How do I use the warranty?", "<p>Come by with its number.</p>", shop.phones),
    ):
        FAQ.objects.create(question=question, answer=answer, subject=about, live=True, locale=shop.screen.locale)
    repair_type("Data transfer", "data-transfer", None)
    RepairType.objects.filter(pk=shop.screen.pk).update(also_called="smashed glass, tela quebrada")
    Subject.objects.filter(slug="iphone-13").update(also_called="ip13")
    bump(Scope.CONTENT)
    return shop


def options(client: Client, words: str, **more: str) -> list[str]:
    """Where the options of the box lead, in their order."""
    body = client.get("/find/", {"q": words, **more}).content.decode()
    return re.findall(r'role="option"[^>]* href="([^"]*)"', body)


@ON_BOTH
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("iphone 13", "/devices/iphone-13/"),
        ("ip13", "/devices/iphone-13/"),
        ("iphone 13 smashed glass", "/devices/iphone-13/screen-repair/"),
        ("tela quebrada iphone 13", "/devices/iphone-13/screen-repair/"),
        ("iphone", "/repairs/iphone/"),
        ("screen repair", "/devices/?repair=screen-repair"),
        ("iphone screen", "/devices/?q=iphone&amp;repair=screen-repair"),
        ("data transfer", "/book/?repair=data-transfer"),
        ("nokia 3310", "/book/?thing=nokia+3310"),
    ],
)
def test_the_first_option_is_what_was_asked_for(
    client: Client, asked: Shop, typed: str, first: str, database: str
) -> None:
    assert options(client, typed)[0] == first


def test_a_question_leads_to_where_its_answer_stands(client: Client, asked: Shop) -> None:
    keep, warranty = FAQ.objects.get(subject=None), FAQ.objects.get(subject=asked.phones)
    assert options(client, "warranty")[0] == f"/repairs/phones/#faq-{warranty.pk}"
    assert f'id="faq-{warranty.pk}"' in client.get("/repairs/phones/").content.decode()
    body = client.get("/find/", {"q": "do you keep my data"}).content.decode()
    assert body.index(f'data-question="{keep.pk}"') < body.index('href="/book/?repair=data-transfer"')
    assert "We open nothing on it." in body


def test_a_box_that_chooses_a_device_lists_nothing_else(client: Client, asked: Shop) -> None:
    assert set(options(client, "battery", only="devices")) == {
        f"/devices/{slug}/battery-replacement/" for slug in ("iphone-13", "iphone-12", "iphone-8")
    }
    assert options(client, "warranty", only="devices") == ["/book/?thing=warranty"]


def test_the_page_of_results_has_a_section_with_a_count_for_each_sort(client: Client, asked: Shop) -> None:
    body = client.get("/devices/", {"q": "screen"}).content.decode()
    heads = [re.sub(r"<[^>]+>", "", head).split() for head in re.findall(r"<h2[^>]*>(.*?)</h2>", body, re.S)]
    assert [head for head in heads if head[0] in ("Repairs", "Devices")][:2] == [["Repairs", "1"], ["Devices", "3"]]
    said = client.get("/devices/", {"q": "do you keep my data"}).content.decode()
    assert '<details class="faq__item" open>' in said
    assert "We open nothing on it." in said


def test_a_repair_without_a_device_shows_the_devices_it_is_offered_for(client: Client, asked: Shop) -> None:
    other = subject("family", "Consoles", "consoles")
    subject("device", "Station 5", "station-5", subject("category", "Station", "station", other))
    bump(Scope.CONTENT)
    body = client.get("/devices/", {"repair": "battery-replacement"}).content.decode()
    assert "Battery replacement: which device?" in body
    assert 'href="/devices/iphone-8/battery-replacement/"' in body
    assert "station-5" not in body
    assert client.get("/devices/", {"repair": "no-such-repair"}).status_code == 200


def test_a_thing_we_do_not_know_is_booked_for_a_diagnosis_under_its_own_name(client: Client, asked: Shop) -> None:
    body = client.get("/devices/", {"q": "sony walkman 2"}).content.decode()
    assert "We do not know this device yet" in body
    assert 'href="/book/?thing=sony+walkman+2"' in body


def test_a_list_is_narrowed_by_kind_brand_and_year(client: Client, asked: Shop) -> None:
    for number in range(30):
        subject("device", f"Nova {number}", f"nova-{number}", asked.iphone, brand="Acme", year=2000 + number % 10)
    bump(Scope.CONTENT)
    body = client.get("/devices/").content.decode()
    assert '<option value="Acme">Acme (30)</option>' in body
    narrowed = client.get("/devices/", {"brand": "acme", "year_from": "2005", "year_to": "2005"}).content.decode()
    assert narrowed.count('href="/devices/nova-') == 3
    assert client.get("/devices/", {"brand": "Acme", "year_from": "soon", "year_to": "99999"}).status_code == 200


def test_a_new_name_is_found_by_the_next_visitor(client: Client, asked: Shop) -> None:
    assert options(client, "zyxwvut 1")[0].startswith("/book/")
    device = Subject.objects.get(slug="iphone-8")
    device.also_called = "zyxwvut 1"
    device.save_revision().publish()
    assert options(client, "zyxwvut 1")[0] == "/devices/iphone-8/"


def test_what_customers_call_a_fault_leads_to_the_repair_an_editor_chose(client: Client, asked: Shop) -> None:
    CommonIssue.objects.create(
        phrase="It gurgles", subject=asked.phones, repair_type=asked.port, live=True, locale=asked.screen.locale
    )
    bump(Scope.CONTENT)
    assert options(client, "iphone 12 gurgles")[0] == "/devices/iphone-12/charging-port-repair/"


def test_the_box_asks_the_database_as_often_for_one_sort_as_for_four(client: Client, asked: Shop) -> None:
    counts = []
    for words in ("iphone 13", "screen", "do you keep my data", "iphone"):
        client.get("/find/", {"q": words})
        with counted() as statements:
            client.get("/find/", {"q": words})
        counts.append(len(statements))
    assert max(counts) <= 4
