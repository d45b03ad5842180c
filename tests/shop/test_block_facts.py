"""Blocks with live facts: never another price than the device's own page, and few statements however many blocks."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from cms.blocks import references
from cms.models import FAQ, ContentPage, FAQPage, FormPage, HomePage, LandingPage, RepairType, Subject
from cms.sites import site_for
from cms.versions import Scope, bump
from repairs import booking
from repairs.models import BookingPolicy
from shop import block_facts, facts, quotes
from shop.models import PriceRule, RepairOffer
from shop.storefront import price_list
from tests.factories import SHOP_TIME, Shop, repair_type, subject
from tests.shop.block_pages import every_block, home_of, landing
from tests.shop.statements import counted

ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture
def home(shop: Shop) -> HomePage:
    return home_of(shop)


def refs_of(blocks: list[dict[str, Any]]) -> references.Refs:
    return references.of(LandingPage._meta.get_field("body").stream_block.to_python(blocks))


def read_first(client: Client, home: HomePage, address: str) -> None:
    """Make the renditions of a page, then forget all but what is kept around every page of this version of the content.

    So what is counted next is a page that nobody has read since something was published.
    """
    home.add_child(instance=ContentPage(title="Another", slug="another"))
    client.get(address)
    cache.clear()
    client.get("/another/")
    client.get("/devices/")


def offer_block(device: Subject, kind: RepairType) -> dict[str, Any]:
    return {"type": "offer", "value": {"heading": "One", "device": device.pk, "repair_type": kind.pk, "image": None}}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rules=st.lists(
        st.tuples(
            st.decimals("0.5", "2", places=2),
            st.sampled_from(["", "iphone", "iphone-13", "phones"]),
            st.sampled_from(["", "screen-repair", "battery-replacement"]),
            st.sampled_from([None, 3, 6]),
        ),
        max_size=4,
    )
)
def test_a_block_never_disagrees_with_the_price_of_the_repairs_own_page(shop: Shop, rules: list[Any]) -> None:
    PriceRule.objects.all().delete()
    nodes = {row.slug: row for row in Subject.objects.all()} | {"": None}
    kinds = {row.slug: row for row in RepairType.objects.all()} | {"": None}
    for order, (factor, node, kind, age) in enumerate(rules):
        PriceRule.objects.create(
            site=shop.site, name=f"Rule {order}", value=factor, priority=order, subject=nodes[node],
            repair_type=kinds[kind], older_than_years=age,
        )  # fmt: skip
    devices, repairs = (shop.iphone_13, shop.iphone_8), (shop.screen, shop.battery, shop.port)
    refs = references.Refs(
        offers=frozenset((device.pk, kind.pk) for device in devices for kind in repairs),
        subjects={shop.iphone_8.pk: 20, shop.iphone.pk: 20},
        first_services=True,
    )
    found = block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME)
    for device in devices:
        for kind in repairs:
            asked = quotes.price(
                site=shop.site, device=Subject.objects.get(pk=device.pk), repair_type=kind,
                answers={"condition": "good", "urgency": "standard", "service_type": "in_store"}, at=SHOP_TIME,
            )  # fmt: skip
            assert found.offers[device.pk, kind.pk].price == asked.total
    own = {fact.repair_type.pk: fact.price.total for fact in facts.repairs_of(
        site=shop.site, device=Subject.objects.get(pk=shop.iphone_8.pk), at=SHOP_TIME)}  # fmt: skip
    assert {line.repair_type_id: line.price for line in found.tables[shop.iphone_8.pk]} == own
    listed = price_list.by_repair(price_list.price_list(site=shop.site, at=SHOP_TIME))
    lowest = {row.repair_type.pk: row.price for row in listed}
    assert {line.repair_type_id: line.price for line in found.first_services} == lowest
    assert {line.repair_type_id: line.price for line in found.tables[shop.iphone.pk]} == lowest


def test_the_next_free_time_is_the_first_that_can_be_booked(shop: Shop) -> None:
    first = booking.free_starts(site=shop.site, at=SHOP_TIME, first_date=SHOP_TIME.date(), days=14)[0]
    assert block_facts.next_free(site=shop.site, at=SHOP_TIME) == first
    for _seat in shop.seats:
        booking.hold(site=shop.site, starts_at=first, at=SHOP_TIME)
    assert block_facts.next_free(site=shop.site, at=SHOP_TIME) > first


def test_a_shop_that_takes_no_bookings_shows_an_offer_without_a_time(shop: Shop) -> None:
    BookingPolicy.objects.all().delete()
    refs = refs_of([offer_block(shop.iphone_13, shop.screen)])
    assert block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME).offers[
        shop.iphone_13.pk, shop.screen.pk
    ].next_free is None  # fmt: skip


def test_what_is_unpublished_or_no_longer_offered_leaves_the_block(shop: Shop) -> None:
    refs = refs_of([offer_block(shop.iphone_13, shop.screen), offer_block(shop.iphone_12, shop.battery)])
    RepairOffer.objects.filter(repair_type=shop.screen).update(active=False)
    Subject.objects.filter(pk=shop.iphone_12.pk).update(live=False)
    assert block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME).offers == {}


def test_facts_are_true_until_the_next_rule_begins(shop: Shop) -> None:
    PriceRule.objects.create(
        site=shop.site, name="Soon", value=Decimal("0.5"), valid_from=SHOP_TIME + timedelta(minutes=5)
    )
    refs = refs_of([offer_block(shop.iphone_13, shop.screen)])
    assert block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME).until == SHOP_TIME + timedelta(minutes=5)


def test_a_page_says_until_when_its_prices_are_true(client: Client, home: HomePage, shop: Shop) -> None:
    soon = timezone.now() + timedelta(seconds=20)
    PriceRule.objects.create(site=shop.site, name="Soon", value=Decimal("0.5"), valid_from=soon)
    landing(home, [offer_block(shop.iphone_13, shop.screen)])
    assert float(client.get("/offer/")["X-Cache-Until"]) == pytest.approx(soon.timestamp())
    landing(home, [], slug="plain")
    assert float(client.get("/plain/")["X-Cache-Until"]) == pytest.approx(timezone.now().timestamp() + 60, abs=5)


def test_a_repair_named_in_another_language_keeps_its_price(shop: Shop) -> None:
    portuguese = Locale.objects.get_or_create(language_code="pt-br")[0]
    other = RepairType.objects.create(
        name="Troca de tela", slug="troca-de-tela", subject=shop.iphone, locale=portuguese, live=True,
        translation_key=shop.screen.translation_key,
    )  # fmt: skip
    refs = references.Refs(repair_types=frozenset({other.pk, shop.screen.pk}))
    found = block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME).services
    assert found[other.pk].name == "Troca de tela"
    assert found[other.pk].price == found[shop.screen.pk].price


def test_facts_take_eight_statements_at_most_for_any_number_of_blocks(shop: Shop) -> None:
    for number in range(12):
        subject("device", f"Phone {number}", f"phone-{number}", shop.iphone, year=2022)
    blocks = [offer_block(device, shop.screen) for device in Subject.objects.filter(kind="device")]
    refs = refs_of([*blocks, {"type": "services", "value": {"heading": "S", "repair_types": []}}])
    with counted() as statements:
        found = block_facts.answer(site=shop.site, refs=refs, at=SHOP_TIME)
    assert len(found.offers) == 15
    assert len(statements) <= 8, "\n".join(statements)


@ON_BOTH
def test_a_page_with_every_block_takes_eighteen_statements_at_most(
    client: Client, home: HomePage, shop: Shop, database: str
) -> None:
    landing(home, every_block(shop, home))
    read_first(client, home, "/offer/")
    with counted() as statements:
        assert client.get("/offer/").status_code == 200
    assert len(statements) <= 18, "\n".join(statements)


@ON_BOTH
@pytest.mark.parametrize("address", ["/", "/words/", "/help/"])
def test_another_page_takes_twelve_statements_at_most(
    client: Client, home: HomePage, shop: Shop, address: str, database: str
) -> None:
    blocks = every_block(shop, home)
    home.body = [block for block in blocks if block["type"] in {"kinds", "services", "steps", "questions", "visit"}]
    home.save()
    home.add_child(instance=ContentPage(title="Words", slug="words", body="<p>Words.</p>"))
    home.add_child(instance=FAQPage(title="Help", slug="help"))
    read_first(client, home, address)
    with counted() as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= 12, "\n".join(statements)


def test_twenty_blocks_take_as_many_statements_as_one(client: Client, home: HomePage, shop: Shop) -> None:
    numbers = []
    block = next(each for each in every_block(shop, home) if each["type"] == "before_after")
    for slug, blocks in (("one", [block]), ("twenty", [block] * 20)):
        landing(home, blocks, slug=slug)
        bump(Scope.CONTENT)  # as publishing does
        client.get(f"/{slug}/")
        with counted() as statements:
            client.get(f"/{slug}/")
        numbers.append(len(statements))
    assert numbers[0] == numbers[1]


def test_a_page_with_every_block_shows_each_of_them_with_its_facts(client: Client, home: HomePage, shop: Shop) -> None:
    landing(home, every_block(shop, home))
    body = client.get("/offer/").content.decode()
    for words in (
        "The promise", "Search", "Kinds", "Services", "Prices", "One repair", "Call", "Form", "Steps", "Trust", "Said",
        "Pair", "Questions", "Visit", "Words", "The bench", "Question 3?", "Telephone", "Call me",
    ):  # fmt: skip
        assert words in body, words
    price = facts.repairs_of(site=shop.site, device=Subject.objects.get(slug="iphone-13"), at=timezone.now())[0].price
    assert f"from <strong>£{price.total}</strong>" in body
    assert "/book/?device=iphone-13&amp;repair=screen-repair" in body
    assert body.count("<h1") == 1
    assert len(set(re.findall(r'\bid="([^"]+)"', body))) == len(re.findall(r'\bid="([^"]+)"', body))


def test_questions_stand_once_in_the_order_of_group_and_choice(home: HomePage, shop: Shop) -> None:
    blocks = [each for each in every_block(shop, home) if each["type"] == "questions"]
    rows = references.load(refs_of(blocks))
    assert [faq.question for faq in rows.questions(blocks[0]["value"])] == ["Question 1?", "Question 2?", "Question 3?"]
    FAQ.objects.filter(question="Question 1?").update(live=False)
    rows = references.load(refs_of(blocks))
    assert [faq.question for faq in rows.questions(blocks[0]["value"])] == ["Question 2?", "Question 3?"]


def test_a_form_that_is_not_published_is_not_shown(client: Client, home: HomePage, shop: Shop) -> None:
    landing(home, [each for each in every_block(shop, home) if each["type"] == "form"])
    FormPage.objects.update(live=False)
    assert "Telephone" not in client.get("/offer/").content.decode()


def test_a_table_shows_as_many_rows_as_the_editor_said(client: Client, home: HomePage, shop: Shop) -> None:
    repair_type("Camera repair", "camera-repair", shop.iphone)
    table = {"heading": "Prices", "subject": shop.iphone.pk, "most": 2}
    landing(home, [{"type": "price_table", "value": table}, {"type": "price_table", "value": table | {"most": 3}}])
    rows = re.findall(r'<th scope="row">', client.get("/offer/").content.decode())
    assert len(rows) == 5


def test_a_new_price_and_a_new_name_are_on_the_page_at_once(client: Client, home: HomePage, shop: Shop) -> None:
    landing(home, [offer_block(shop.iphone_13, shop.screen)])
    Subject.objects.filter(pk=shop.iphone_13.pk).update(year=timezone.now().year)  # not yet an older device
    assert "£199.99" in client.get("/offer/").content.decode()
    offer = RepairOffer.objects.get(repair_type=shop.screen)
    offer.price = Decimal("149.50")
    offer.save()
    assert "£149.50" in client.get("/offer/").content.decode()
    shop.screen.name = "New glass"
    shop.screen.save_revision().publish()
    assert "New glass" in client.get("/offer/").content.decode()
    RepairType.objects.get(pk=shop.screen.pk).unpublish()
    assert "New glass" not in client.get("/offer/").content.decode()


def test_kept_facts_are_read_again_when_the_clock_changes_them(shop: Shop, rf: Any) -> None:
    begins = SHOP_TIME + timedelta(minutes=5)
    PriceRule.objects.create(site=shop.site, name="Half", value=Decimal("0.5"), valid_from=begins)
    site = site_for(rf.get("/"))
    refs = refs_of([offer_block(shop.iphone_13, shop.screen)])
    before = block_facts.answer(site=site, refs=refs, at=SHOP_TIME).offers[shop.iphone_13.pk, shop.screen.pk]
    with counted() as statements:
        again = block_facts.answer(site=site, refs=refs, at=SHOP_TIME + timedelta(minutes=4))
    assert again.offers[shop.iphone_13.pk, shop.screen.pk].price == before.price
    assert len(statements) == 5  # the free times are never kept
    after = block_facts.answer(site=site, refs=refs, at=begins).offers[shop.iphone_13.pk, shop.screen.pk]
    assert after.price < before.price
