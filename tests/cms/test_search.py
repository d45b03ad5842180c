"""The search forgives how people type, and never confuses one number with another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale

from cms import catalogue, search, search_index
from cms.models import RepairType, Subject
from cms.sites import default_site
from cms.versions import Scope, bump
from tests.factories import Shop, subject
from tests.shop.statements import counted

# The same answers on SQLite and on PostgreSQL.
ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture
def many(shop: Shop) -> Shop:
    """The small shop with a few devices of other kinds."""
    galaxy = subject("category", "Samsung Galaxy", "samsung-galaxy", shop.phones, icon="smartphone")
    laptops = subject("family", "Laptops", "laptops", icon="laptop")
    macbook = subject("category", "MacBook Air", "macbook-air", laptops, icon="laptop")
    subject("device", "iPhone 13 Pro", "iphone-13-pro", shop.iphone, brand="Apple", year=2021, model_codes="A2638")
    subject("device", "Galaxy S23", "galaxy-s23", galaxy, brand="Samsung", year=2023, model_codes="SM-S911B")
    subject("device", "Galaxy A54", "galaxy-a54", galaxy, brand="Samsung", year=2023, model_codes="SM-A546B")
    subject("device", "MacBook Air 13 M2", "macbook-air-13-m2", macbook, brand="Apple", year=2022, model_codes="A2681")
    subject("device", "Ação Über", "acao-uber", galaxy, brand="Líder", year=2020)
    RepairType.objects.filter(pk=shop.screen.pk).update(summary="Cracked glass or a dark display, replaced.")
    return shop


def found(text: str) -> search.Found:
    return search.find(catalogue.read(default_site()), text)


def slugs(text: str) -> list[str]:
    known = dict(Subject.objects.values_list("pk", "slug"))
    return [known[pk] for pk in found(text).devices]


@ON_BOTH
@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("iphne 13", "iphone-13"),
        ("ihpone 8", "iphone-8"),
        ("aple iphone 12", "iphone-12"),
        ("samsng galxy s23", "galaxy-s23"),
        ("galaxi a54", "galaxy-a54"),
        ("makbook", "macbook-air-13-m2"),
        ("mac book air", "macbook-air-13-m2"),
        ("i phone 13", "iphone-13"),
        ("iphone13", "iphone-13"),
        ("ipone13", "iphone-13"),
        ("galaxy s 23", "galaxy-s23"),
        ("IPHONE 13 PRO", "iphone-13-pro"),
        ("13 iphone", "iphone-13"),
        ("fix my iphone 12", "iphone-12"),
        ("acao", "acao-uber"),
        ("AÇÃO ÜBER", "acao-uber"),
        ("lider", "acao-uber"),
        ("book air", "macbook-air-13-m2"),
        ("laptop 2022", "macbook-air-13-m2"),
    ],
)
def test_a_device_is_found_however_it_is_typed(many: Shop, typed: str, first: str, database: str) -> None:
    assert slugs(typed)[:1] == [first]


@ON_BOTH
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("iph", {"iphone-13", "iphone-12", "iphone-8", "iphone-13-pro"}),
        ("iphone 1", {"iphone-13", "iphone-12", "iphone-13-pro"}),
        ("gal", {"galaxy-s23", "galaxy-a54", "acao-uber"}),
        ("galaxy s", {"galaxy-s23", "galaxy-a54", "acao-uber"}),
        ("a26", {"iphone-13", "iphone-13-pro", "macbook-air-13-m2"}),
        ("a2633", {"iphone-13"}),
        ("2633", {"iphone-13"}),
        ("sm-s911b", {"galaxy-s23"}),
        ("SMS911B", {"galaxy-s23"}),
        ("s911", {"galaxy-s23"}),
    ],
)
def test_half_a_word_and_a_code_are_enough(many: Shop, typed: str, expected: set[str], database: str) -> None:
    assert set(slugs(typed)) == expected


@ON_BOTH
@pytest.mark.parametrize(("typed", "only"), [("8", "iphone-8"), ("iphone 8", "iphone-8"), ("12", "iphone-12")])
def test_a_number_is_that_number(many: Shop, typed: str, only: str, database: str) -> None:
    assert slugs(typed) == [only]


@ON_BOTH
@pytest.mark.parametrize("typed", ["iphone 9", "iphone 31", "a2634", "galaxy s24"])
def test_a_number_that_is_not_there_is_never_guessed(many: Shop, typed: str, database: str) -> None:
    assert slugs(typed) == []


def test_the_plain_model_comes_before_its_bigger_sisters(many: Shop) -> None:
    assert slugs("iphone 13") == ["iphone-13", "iphone-13-pro"]


@ON_BOTH
@pytest.mark.parametrize(
    ("typed", "repair"),
    [
        ("iphone 13 screen", "screen"),
        ("screen iphone 13", "screen"),
        ("iphone 13 scr", "screen"),
        ("iphone 13 scren", "screen"),
        ("iphone 13 cracked glass", "screen"),
        ("iphone 13 battery", "battery"),
        ("iphone 13 batery replacment", "battery"),
        ("iphone 13 charging port", "port"),
    ],
)
def test_what_is_broken_leads_to_its_repair(many: Shop, typed: str, repair: str, database: str) -> None:
    assert slugs(typed)[:1] == ["iphone-13"]
    assert found(typed).asked(RepairType.objects.values_list("pk", flat=True)) == getattr(many, repair).pk


def test_a_repair_alone_finds_the_devices_it_is_offered_for(many: Shop) -> None:
    assert set(slugs("battery")) == {"iphone-13", "iphone-12", "iphone-8", "iphone-13-pro"}


def test_a_repair_is_known_by_its_name_in_another_language(many: Shop) -> None:
    portuguese = Locale.objects.create(language_code="pt-br")
    tela = many.screen.copy_for_translation(portuguese)
    tela.name, tela.slug, tela.live = "Conserto de tela", "conserto-de-tela", True
    tela.save()
    assert list(found("tela do iphone 13").repairs) == [many.screen.pk]


@pytest.mark.parametrize(
    ("complaint", "repair"),
    [
        ("The glass is cracked", "screen"),
        ("The battery drains fast", "battery"),
        ("It charges at an angle", "port"),
        ("It sings", None),
    ],
)
def test_a_complaint_in_plain_words_leads_to_its_repair(many: Shop, complaint: str, repair: str | None) -> None:
    offered = [many.screen.pk, many.battery.pk, many.port.pk]
    right = getattr(many, repair).pk if repair else None
    assert search.meant(catalogue.read(default_site()), complaint, offered) == right
    assert search.meant(catalogue.read(default_site()), complaint, []) is None


def test_corrected_words_are_said_and_right_ones_are_not(many: Shop) -> None:
    assert found("iphne 13 scren").corrected == "iphone 13 screen"
    assert found("iphone 13 screen").corrected == ""
    assert found("iph").corrected == ""


def test_what_fits_most_words_is_named_when_nothing_fits_all(many: Shop) -> None:
    known = dict(Subject.objects.values_list("pk", "slug"))
    answer = found("iphone 13 mini")
    assert answer.devices == ()
    assert [known[pk] for pk in answer.near] == ["iphone-13", "iphone-13-pro"]
    assert found("nokia 13").near == ()
    assert found("toaster").near == ()


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\x00", "'; DROP TABLE cms_subject; --", "%", "_", "(a+)+$", "<script>", "\u202e", "ﷺ" * 80, "²" * 80]
    + ["1" * 5000, "a" * 5000, "a1" * 40, "\ud800", "🤖 iphone", "iphone " * 500],
)
def test_hostile_words_find_nothing_wrong(many: Shop, typed: str) -> None:
    answer = found(typed)
    assert len(answer.words) <= search.LONGEST
    assert set(answer.devices) <= set(Subject.objects.filter(kind="device").values_list("pk", flat=True))


KNOWN = catalogue.Catalogue(
    nodes={
        1: catalogue.Node(1, "device", "iphone-8", "iPhone 8", "", None),
        2: catalogue.Node(2, "device", "iphone-13", "iPhone 13", "", None, codes="A2633"),
    },
    below={None: (1, 2)},
    repairs={7: catalogue.Repair(7, "screen", "Screen", "Cracked", None, ("Screen",), (), ("Cracked",))},
)


@given(st.text(max_size=120))
def test_any_text_has_an_answer(text: str) -> None:
    answer = search.find(KNOWN, text)
    assert set(answer.devices) | set(answer.near) <= {1, 2}
    assert not (answer.devices and answer.near)


def test_the_catalogue_is_read_once_for_each_version_of_the_content(many: Shop) -> None:
    site = default_site()
    with counted() as first:
        catalogue.read(site)
    with counted() as second:
        catalogue.read(site)
    assert (len(first), len(second)) == (5, 2)  # the version is asked for by each part, here without a request
    Subject.objects.filter(slug="iphone-8").update(name="iPhone Eight")
    assert slugs("eight") == []
    bump(Scope.CONTENT)
    assert slugs("eight") == ["iphone-8"]


def test_an_unpublished_device_is_not_found(many: Shop) -> None:
    assert slugs("iphone 8") == ["iphone-8"]
    Subject.objects.get(slug="iphone-8").unpublish()
    assert slugs("iphone 8") == []


def test_two_thousand_devices_fit_into_one_search(shop: Shop) -> None:
    made = [
        Subject(kind="device", name=f"Model {n}", slug=f"model-{n}", parent=shop.iphone, live=True) for n in range(2000)
    ]
    Subject.objects.bulk_create(made)
    assert len(slugs("modle")) == 2000
    assert slugs("model 1234") == ["model-1234"]


@pytest.mark.parametrize("typed", ["SM-S911B", "sm s911b", "SMS911U", "galaxy s23 5g"])
def test_a_code_is_known_with_the_letter_of_its_region(many: Shop, typed: str) -> None:
    Subject.objects.filter(slug="galaxy-s23").update(model_codes="SM-S911", also_called="s23 5g")
    assert slugs(typed)[:1] == ["galaxy-s23"]


@pytest.mark.parametrize(("typed", "first"), [("macbookair", "macbook-air-13-m2"), ("iphone13pro", "iphone-13-pro")])
def test_words_typed_as_one_are_taken_apart(many: Shop, typed: str, first: str) -> None:
    assert slugs(typed)[:1] == [first]


def test_a_plus_sign_is_a_word(many: Shop) -> None:
    subject("device", "Galaxy S23+", "galaxy-s23-plus", Subject.objects.get(slug="samsung-galaxy"))
    assert slugs("galaxy s23") == ["galaxy-s23", "galaxy-s23-plus"]
    assert slugs("s23+") == slugs("s23 plus") == ["galaxy-s23-plus"]


def test_an_unknown_word_of_a_story_does_not_hide_the_device(many: Shop) -> None:
    assert slugs("my iphone 13 jumped off a bridge yesterday")[:1] == ["iphone-13"]
    assert slugs("iphone 13 mini") == []


def test_a_large_catalogue_goes_on_answering_while_a_new_one_is_put_in_order(
    many: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert slugs("eight") == []
    old, waiting = search_index._Latest.made, []
    assert old is not None
    monkeypatch.setattr(search_index._Latest, "made", (old[0], old[1], search_index.AT_ONCE_SECONDS))
    monkeypatch.setattr(search_index, "Thread", lambda target, args, daemon: waiting.append((target, args)) or _Idle())
    Subject.objects.filter(slug="iphone-8").update(name="iPhone Eight")
    Subject.objects.filter(slug="iphone-12").update(live=False)
    bump(Scope.CONTENT)
    assert slugs("eight") == []
    assert slugs("iphone 8") == ["iphone-8"]
    assert slugs("iphone 12") == []  # what is gone is never shown
    assert len(waiting) == 1
    target, args = waiting[0]
    target(*args)
    assert slugs("eight") == ["iphone-8"]


class _Idle:
    """A thread that never begins."""

    def start(self) -> None:
        """Nothing."""


@ON_BOTH
def test_one_letter_stands_for_itself_alone(many: Shop, database: str) -> None:
    subject("device", "iPhone X", "iphone-x", many.iphone, brand="Apple", year=2017)
    assert slugs("x") == ["iphone-x"]
    nothing = found("b")
    assert (nothing.devices, nothing.repairs, nothing.kinds, nothing.first) == ((), {}, (), "")


def test_a_letter_begun_hides_nothing_that_was_typed_before_it(many: Shop) -> None:
    assert slugs("iphone b") == slugs("iphone")
    assert not found("iphone b").repairs


def test_a_number_of_another_name_is_no_nearly_right_device(many: Shop) -> None:
    subject("device", "Pixel 6", "pixel-6", many.phones, brand="Google", year=2021)
    unknown = found("iphone 6")
    assert (unknown.devices, unknown.first) == ((), "unknown")
    assert unknown.near


def test_words_of_one_repair_are_about_it_though_a_device_has_one_of_them_in_its_name(many: Shop) -> None:
    RepairType.objects.filter(pk=many.port.pk).update(also_called="dropped in toilet, fell in water")
    subject("device", "Water-cooled PC", "water-cooled-pc", many.phones)
    assert found("dropped in water").first == "repairs"
    assert slugs("water cooled")[0] == "water-cooled-pc"
