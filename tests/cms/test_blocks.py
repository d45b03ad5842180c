"""What editors may put into blocks, and how blocks are read without asking the database for each."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from wagtail.blocks import Block
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.images import get_image_model

from cms.blocks import references
from cms.blocks.links import safe_address
from cms.blocks.parts import ICONS
from cms.models import FAQ, HomePage, LandingPage, RepairType
from tests.factories import Shop, make_user, repair_type
from tests.shop.block_pages import every_block, home_of, image_of, landing, picture
from tests.shop.statements import counted

BODY = LandingPage._meta.get_field("body").stream_block


@pytest.fixture
def home(shop: Shop) -> HomePage:
    return home_of(shop)


def cleaned(name: str, value: Any) -> Any:
    return BODY.clean(BODY.to_python([{"type": name, "value": value}]))


def without_ids(stored: Any) -> Any:
    """A stored value without the random keys of its list items."""
    if isinstance(stored, dict):
        return {key: without_ids(value) for key, value in stored.items() if key != "id"}
    return [without_ids(item) for item in stored] if isinstance(stored, list) else stored


def refused(name: str, value: Any) -> str:
    """What the editor is told."""
    with pytest.raises(StreamBlockValidationError) as told:
        cleaned(name, value)
    return str(told.value.as_json_data())


@pytest.mark.parametrize(
    "address",
    ["/devices/", "/", "#visit", "https://example.com/a?b=c", "mailto:hello@mendwell.example", "tel:+44 20 7946 0018"],
)
def test_an_address_within_the_shop_or_a_plain_one_elsewhere_is_taken(address: str) -> None:
    safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
        "data:text/html,x", "vbscript:x", "//evil.example/", "/\\evil.example", "\\\\evil.example", "evil.example", "https://",
        "https:evil", '/a" onclick="x', "/a<b", "ftp://example.com/",
    ],
)  # fmt: skip
def test_an_address_that_could_carry_a_script_or_leave_unseen_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        safe_address(address)


def test_a_button_leads_to_one_place(home: HomePage, shop: Shop) -> None:
    def call(page: int | None, address: str) -> dict[str, Any]:
        return {"heading": "Call", "text": "", "link": {"text": "Go", "page": page, "address": address}}

    cleaned("call", call(None, "/devices/"))
    cleaned("call", call(home.pk, ""))
    assert "not both" in refused("call", call(home.pk, "/devices/"))
    assert "Choose a page or write an address." in refused("call", call(None, ""))
    assert "Write an address within the shop" in refused("call", call(None, "javascript:alert(1)"))


def test_a_draft_may_lack_what_a_published_page_needs_but_not_be_unsafe(home: HomePage) -> None:
    link = {"text": "", "page": None, "address": ""}
    unfinished = BODY.to_python([{"type": "call", "value": {"heading": "", "text": "", "link": link}}])
    BODY.clean_deferred(unfinished)
    unsafe = BODY.to_python(
        [{"type": "call", "value": {"heading": "", "text": "", "link": link | {"address": "javascript:x"}}}]
    )
    with pytest.raises(StreamBlockValidationError):
        BODY.clean_deferred(unsafe)


def test_an_offer_is_of_a_device_and_of_a_repair_that_is_done_on_it(home: HomePage, shop: Shop) -> None:
    offer = {"heading": "One", "text": "", "image": None, "device": shop.iphone_13.pk, "repair_type": shop.screen.pk}
    cleaned("offer", offer)
    assert "is a family or category" in refused("offer", offer | {"device": shop.phones.pk})
    other = repair_type("Laptop screen", "laptop-screen", shop.iphone_8)
    assert "Laptop screen is not offered for iPhone 13." in refused("offer", offer | {"repair_type": other.pk})
    anywhere = repair_type("Diagnosis", "diagnosis", None)
    cleaned("offer", offer | {"repair_type": anywhere.pk})


def test_questions_need_a_group_or_questions(home: HomePage) -> None:
    faq = FAQ.objects.create(question="Why?", answer="<p>So.</p>", locale=home.locale)
    cleaned("questions", {"heading": "Q", "text": "", "group": None, "faqs": [faq.pk]})
    told = refused("questions", {"heading": "Q", "text": "", "group": None, "faqs": []})
    assert "Choose a group, or at least one question." in told


def test_a_picture_needs_words_or_is_said_to_be_decoration(home: HomePage) -> None:
    image = picture()
    told = refused("picture", {"image": image_of(image, ""), "caption": "", "wide": False})
    assert "alt text" in told
    cleaned("picture", {"image": image_of(image, "") | {"decorative": True}, "caption": "", "wide": False})


def test_what_blocks_refer_to_is_read_without_a_statement(home: HomePage, shop: Shop) -> None:
    stream = BODY.to_python(every_block(shop, home))
    with counted() as statements:
        refs = references.of(stream)
    assert statements == []
    assert refs.offers == {(shop.iphone_13.pk, shop.screen.pk)}
    assert refs.subjects == {shop.iphone.pk: 2}
    assert refs.repair_types == {shop.battery.pk, shop.screen.pk}
    assert len(refs.images) == 2
    assert len(refs.pages) == len(refs.forms) == len(refs.groups) == 1
    assert not refs.first_services
    assert references.of(BODY.to_python([{"type": "services", "value": {"heading": "S"}}])).first_services


def test_filled_blocks_hold_what_wagtail_would_have_put_there(home: HomePage, shop: Shop) -> None:
    blocks = every_block(shop, home)
    ours, wagtails = BODY.to_python(blocks), BODY.to_python(blocks)
    references.fill(references.load(references.of(ours)), ours)
    with counted() as statements:
        assert [child.block_type for child in ours] == [block["type"] for block in blocks]
    assert statements == []
    for mine, theirs in zip(ours, wagtails, strict=True):
        same = (without_ids(each.block.get_prep_value(each.value)) for each in (mine, theirs))
        assert next(same) == next(same)


def test_blocks_ask_for_their_rows_once_not_one_by_one(home: HomePage, shop: Shop) -> None:
    stream = BODY.to_python(every_block(shop, home) * 3)
    with counted() as statements:
        references.fill(references.load(references.of(stream)), stream)
    assert len(statements) <= 6, "\n".join(statements)


def test_a_picture_that_stands_twice_keeps_the_words_of_each_place(client: Client, home: HomePage, shop: Shop) -> None:
    image = picture()
    blocks = [
        {"type": "picture", "value": {"image": image_of(image, words), "caption": "", "wide": False}}
        for words in ("A bench by day", "A bench by night")
    ]
    landing(home, blocks)
    for _visit in range(2):  # the first makes the sizes, the second reads them
        body = client.get("/offer/").content.decode()
        assert 'alt="A bench by day"' in body
        assert 'alt="A bench by night"' in body


def test_a_picture_has_its_size_comes_as_webp_and_only_the_first_is_fetched_at_once(
    client: Client, home: HomePage, shop: Shop
) -> None:
    image = picture(width=1600, height=1200)
    hero = {"heading": "H", "text": "", "image": image_of(image), "finder": False, "links": []}
    more = {"image": image_of(image), "caption": "", "wide": True}
    landing(home, [{"type": "hero", "value": hero}, {"type": "picture", "value": more}])
    first, second = (part.split(">")[0] for part in client.get("/offer/").content.decode().split("<img ")[1:3])
    assert 'fetchpriority="high"' in first
    assert "lazy" not in first
    assert 'loading="lazy"' in second
    for tag in (first, second):
        assert ".webp" in tag
        assert "srcset=" in tag
        assert 'width="' in tag
        assert 'height="' in tag


def test_a_cut_picture_keeps_its_focal_point_in_sight(home: HomePage) -> None:
    image = picture(width=1600, height=600)
    made = image.get_rendition("fill-560x420|format-webp")
    assert made.focal_point_key
    assert ".webp" in made.file.name


def test_a_button_to_a_page_that_is_no_longer_published_is_not_shown(
    client: Client, home: HomePage, shop: Shop
) -> None:
    target = landing(home, [], slug="target")
    link = {"text": "Go there", "page": target.pk, "address": ""}
    landing(home, [{"type": "call", "value": {"heading": "Call", "text": "", "link": link}}])
    assert "Go there" in client.get("/offer/").content.decode()
    target.unpublish()
    assert "Go there" not in client.get("/offer/").content.decode()


def test_what_an_editor_writes_is_never_run(client: Client, home: HomePage, shop: Shop) -> None:
    evil = '"><script>alert(1)</script>'
    landing(
        home,
        [
            {"type": "hero", "value": {"heading": evil, "text": evil, "image": None, "finder": False, "links": []}},
            {
                "type": "trust",
                "value": {"heading": evil, "signals": [{"icon": "lock", "title": evil, "text": evil}] * 2},
            },
            {"type": "testimonials", "value": {"heading": evil, "quotes": [{"quote": evil, "name": evil}]}},
            {"type": "picture", "value": {"image": image_of(picture(), evil), "caption": evil, "wide": False}},
        ],
    )
    assert "<script>alert(1)" not in client.get("/offer/").content.decode()


@pytest.mark.parametrize("name", list(BODY.child_blocks))
def test_every_block_shows_itself_before_it_is_chosen(client: Client, home: HomePage, shop: Shop, name: str) -> None:
    picture(), picture("counter")
    every_block(shop, home)
    block: Block = BODY.child_blocks[name]
    assert block.is_previewable
    assert block.meta.description
    client.force_login(make_user(is_staff=True, is_superuser=True))
    page = client.get("/cms/block-preview/", {"id": block.definition_prefix})
    body = page.content.decode()
    assert page.status_code == 200
    assert "mendwell/components/blocks.css" in body
    if name != "text":
        assert block.get_preview_value().get("heading", "").split(" ")[0] in body
    assert len(body.split("<main>")[1]) > 400


def test_a_shop_without_anything_shows_samples_without_breaking(client: Client, home: HomePage, shop: Shop) -> None:
    RepairType.objects.update(live=False)
    FAQ.objects.all().delete()
    get_image_model().objects.all().delete()
    client.force_login(make_user(is_staff=True, is_superuser=True))
    for block in BODY.child_blocks.values():
        assert client.get("/cms/block-preview/", {"id": block.definition_prefix}).status_code == 200


def test_every_sign_that_an_editor_may_choose_is_there(client: Client, home: HomePage, shop: Shop) -> None:
    signs = [{"icon": code, "title": str(name), "text": ""} for code, name in ICONS]
    landing(home, [{"type": "trust", "value": {"heading": "Trust", "signals": signs}}])
    body = client.get("/offer/").content.decode()
    assert all(str(name) in body for _code, name in ICONS)


def test_links_in_texts_lead_to_published_pages_in_one_statement_for_all(
    client: Client, home: HomePage, shop: Shop
) -> None:
    shown, hidden = landing(home, [], slug="shown"), landing(home, [], slug="hidden")
    texts = [
        {"type": "text", "value": f'<p>See <a linktype="page" id="{page.pk}">the page {number}</a>.</p>'}
        for number, page in enumerate([shown, hidden, shown] * 3)
    ]
    landing(home, texts)
    landing(home, texts[:2], slug="short")
    hidden.unpublish()
    client.get("/short/")  # what every page of the site reads once
    with counted() as few:
        client.get("/short/")
    with counted() as many:
        body = client.get("/offer/").content.decode()
    assert '<a href="/shown/">the page 0</a>' in body
    assert "<a>the page 1</a>" in body
    assert len(many) == len(few)
