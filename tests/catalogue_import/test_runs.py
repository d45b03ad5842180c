"""The way of a file: started, tried, decided, written, run again, taken back."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from wagtail.models import ReferenceIndex

from catalogue_import import apply as writing
from catalogue_import import claims, runs, tasks
from catalogue_import.models import ColumnMapping, ImportLine, ImportRun, KnownName
from cms.models import RepairType, Subject
from cms.models.version import Version
from shop.models import RepairOffer
from tests.factories import SHOP_TIME, Shop

AT = SHOP_TIME
LATER = AT + timedelta(minutes=1)
LIST = """Brand;Model;Repair;Price;Time;Customer
Apple;iPhone 13;Screen Replacement;ab 209,50 €;1-2 hrs;A. Person
Apple;iPhone 14;Screen Replacement;219,00 €;1 hr;B. Person
Apple;iPhone 14;Akkutausch;99,00 €;;
Apple;iPhone 14;Speaker;;;
Apple;iPhone 14;Akkutausch;98,00 €;;
Apple;iPhone 14;Back glass;-5 €;;
"""


def start(shop: Shop, text: str = LIST, name: str = "prices.csv", **options: str) -> ImportRun:
    return runs.start(file=io.BytesIO(text.encode()), name=name, site=shop.site, options=options, at=AT)


def planned(shop: Shop, text: str = LIST, **options: str) -> ImportRun:
    run = start(shop, text, **options)
    runs.plan(run, at=AT)
    return run


def state() -> list[Any]:
    return [
        list(Subject.objects.order_by("slug").values_list("slug", "name", "brand", "year", "model_codes", "live")),
        list(RepairType.objects.order_by("slug").values_list("slug", "name", "subject__slug", "live")),
        list(
            RepairOffer.objects.order_by("pk").values_list(
                "repair_type__slug", "subject__slug", "currency", "kind", "price", "minutes"
            )
        ),
    ]


def test_a_dry_run_tells_everything_and_writes_nothing(shop: Shop):
    before = state()
    run = planned(shop)
    assert state() == before
    assert (run.status, run.counts) == ("planned", {
        "rows": 6, "created": 4, "blank": 1, "refused": 2, "unchanged": 1, "matched": 2,
    })  # fmt: skip
    assert (run.facts["delimiter"], run.facts["decimal"], run.facts["encoding"]) == ("semicolon", ",", "utf-8")
    assert run.facts["dropped"] == ["Customer"]
    refused = {line.number: (line.column, line.words) for line in run.lines.filter(outcome="refused")}
    assert refused[6] == ("Price", "Row 4 gives another price for the same repair of the same device.")
    assert refused[7][0] == "Price" and "negative" in refused[7][1]
    assert "A. Person" not in str(list(run.lines.values())) + str(run.columns)


def test_what_was_shown_is_written_and_can_be_sold(shop: Shop):
    content = Version.objects.filter(site=shop.site, scope="content").values_list("number", flat=True)
    before = (content.first() or 0, Version.objects.get(site=shop.site, scope="prices").number)
    run = planned(shop)
    runs.apply(run, at=AT)
    device = Subject.objects.get(slug="iphone-14")
    assert (device.parent, device.live, device.latest_revision == device.live_revision) == (shop.iphone, True, True)
    assert device.latest_revision.as_object().name == "iPhone 14"
    offer = RepairOffer.objects.get(subject=shop.iphone_13, repair_type=shop.screen)
    assert (offer.kind, offer.price, offer.currency, offer.minutes) == ("from", Decimal("209.50"), "EUR", 120)
    assert shop.screen.product_row.product.stockrecords.filter(price_currency="EUR").exists()
    after = (content.first() or 0, Version.objects.get(site=shop.site, scope="prices").number)
    assert after == (before[0] + 1, before[1] + 1)
    assert run.status == "applied"


def test_running_the_same_file_again_changes_nothing(shop: Shop):
    runs.apply(planned(shop), at=AT)
    before = state()
    again = planned(shop)
    assert not again.lines.filter(outcome__in=["created", "changed", "doubtful"]).exists()
    runs.apply(again, at=AT)
    assert state() == before


def test_a_change_is_shown_from_old_to_new_and_only_that_is_written(shop: Shop):
    runs.apply(planned(shop), at=AT)
    run = planned(shop, LIST.replace("219,00", "229,00"))
    line = run.lines.get(outcome="changed")
    assert (line.kind, line.old, line.new) == ("price", {"price": "219.00"}, {"price": "229.00"})
    runs.apply(run, at=AT)
    assert RepairOffer.objects.get(subject__slug="iphone-14", repair_type=shop.screen).price == Decimal("229.00")


def test_undo_puts_everything_back(shop: Shop):
    before = state()
    run = planned(shop)
    runs.apply(run, at=AT)
    assert state() != before
    runs.undo(run, at=AT)
    assert state() == before
    assert (run.status, run.counts["taken_back"], run.counts["kept"]) == ("undone", 4, 0)


def test_undo_leaves_what_somebody_changed_since_and_says_so(shop: Shop):
    run = planned(shop)
    runs.apply(run, at=AT)
    touched = RepairOffer.objects.get(subject__slug="iphone-14", repair_type=shop.screen)
    touched.price = Decimal("200")
    touched.save()
    runs.undo(run, at=AT)
    touched.refresh_from_db()
    assert touched.price == Decimal("200")
    kept = dict(run.lines.exclude(kept="").values_list("kind", "kept"))
    assert "changed it since: price" in kept["price"] and "Something else needs it" in kept["subject"]
    assert run.counts["kept"] == 2 and run.words


def test_undo_keeps_a_device_that_a_quote_was_given_for(shop: Shop):
    run = planned(shop, "Brand,Model,Year\nApple,iPhone 15,2023\n")
    runs.apply(run, at=AT)
    device = Subject.objects.get(slug="iphone-15")
    RepairOffer.objects.create(site=shop.site, repair_type=shop.port, subject=device, price=Decimal(5))
    runs.undo(run, at=AT)
    assert Subject.objects.filter(slug="iphone-15").exists()


def test_a_catalogue_that_moved_since_the_dry_run_is_not_written_over(shop: Shop):
    run = planned(shop)
    Subject.objects.create(kind="device", name="iPhone 14", slug="iphone-14", parent=shop.iphone, live=True)
    before = state()
    with pytest.raises(runs.RunNotPossible, match="iPhone 14 was added since"):
        runs.apply(run, at=AT)
    assert (state(), run.status) == (before, "failed")
    with pytest.raises(runs.RunNotPossible, match="look at what it would write"):
        runs.apply(run, at=AT)
    runs.plan(run, at=AT)
    runs.apply(run, at=AT)
    assert run.status == "applied"


@pytest.mark.parametrize("moved", ["added", "changed", "removed"])
def test_a_price_that_moved_since_the_dry_run_is_not_written_over(shop: Shop, moved: str):
    where: Any = {"site": shop.site, "repair_type": shop.screen, "subject": shop.iphone_13, "currency": "EUR"}
    offer = None if moved == "added" else RepairOffer.objects.create(**where, price=Decimal(1))
    run = planned(shop)
    if offer is None:
        RepairOffer.objects.create(**where, price=Decimal(1))
    elif moved == "changed":
        RepairOffer.objects.filter(pk=offer.pk).update(price=2)
    else:
        offer.delete()
    before = state()
    with pytest.raises(runs.RunNotPossible, match=f"was {'added' if moved == 'added' else 'changed'} since"):
        runs.apply(run, at=AT)
    assert (state(), run.status) == (before, "failed")


def test_a_doubtful_name_waits_until_somebody_decides_and_the_answer_is_kept(shop: Shop):
    text = "Brand,Model,Repair,Price\nApple,iPohne 13,Screen,£50\n"
    run = planned(shop, text)
    doubts = list(run.lines.filter(outcome="doubtful"))
    assert [(line.value, line.candidates[0]["slug"], line.rows) for line in doubts] == [
        ("Apple iPohne 13", "iphone-13", 1)
    ]
    assert run.counts["left_out"] == 1
    runs.decide(doubts[0], decision="match", slug="iphone-13", at=LATER)
    with pytest.raises(runs.RunNotPossible, match="decided since the dry run"):
        runs.apply(run, at=AT)
    runs.plan(run, at=LATER)
    runs.apply(run, at=AT)
    assert RepairOffer.objects.get(subject=shop.iphone_13).price == Decimal("50.00")
    assert KnownName.objects.get(site=shop.site).slug == "iphone-13"
    again = planned(shop, text)
    assert not again.lines.exclude(outcome="matched").exists()


@pytest.mark.parametrize("decision", ["new", "skip"])
def test_a_decision_for_new_or_for_nothing_is_honoured_when_run_again(shop: Shop, decision: str):
    text = "Brand,Model,Repair,Price\nApple,iPohne 13,Screen,£50\n"
    run = planned(shop, text)
    runs.decide(run.lines.get(outcome="doubtful"), decision=decision, at=LATER)
    runs.plan(run, at=LATER)
    runs.apply(run, at=AT)
    assert Subject.objects.filter(name="iPohne 13").count() == (1 if decision == "new" else 0)
    again = planned(shop, text)
    assert not again.lines.exclude(outcome="matched").exists()
    assert again.counts.get("skipped", 0) == (1 if decision == "skip" else 0)


def test_a_name_that_was_taken_for_another_is_told_and_can_be_put_right(shop: Shop):
    text = "Brand,Model,Repair,Price\nApple,13 iPhone,Screen repair,£50\nApple,iPhone 12,Akkutausch,£40\n"
    run = planned(shop, text)
    taken = {line.value: (line.candidates[0]["slug"], line.confidence, line.rows) for line in matched(run)}
    assert taken == {"Apple 13 iPhone": ("iphone-13", 97, 1), "Akkutausch": ("battery-replacement", 96, 1)}
    runs.decide(matched(run).get(kind="device"), decision="new", at=LATER)
    runs.plan(run, at=LATER)
    assert [line.kind for line in matched(run)] == ["repair"]
    runs.apply(run, at=AT)
    assert not RepairOffer.objects.filter(subject=shop.iphone_13, price=50).exists()
    assert RepairOffer.objects.get(subject__name="13 iPhone").price == Decimal(50)
    again = planned(shop, text)
    assert not again.lines.exclude(outcome="matched").exists()


def matched(run: ImportRun) -> Any:
    return run.lines.filter(outcome="matched").order_by("number")


def test_an_answer_that_is_forgotten_is_asked_for_again_and_the_import_tried_again(shop: Shop):
    text = "Brand,Model,Repair,Price\nApple,iPohne 13,Screen,£50\n"
    run = planned(shop, text)
    runs.decide(run.lines.get(outcome="doubtful"), decision="skip", at=LATER)
    runs.plan(run, at=LATER)
    assert [line.outcome for line in run.lines.all()] == []
    runs.forget_name(KnownName.objects.get(), at=LATER + timedelta(seconds=1))
    with pytest.raises(runs.RunNotPossible, match="decided since"):
        runs.apply(run, at=AT)
    runs.plan(run, at=LATER + timedelta(seconds=1))
    assert run.lines.get().outcome == "doubtful"


def test_the_admin_knows_what_an_imported_device_refers_to_until_it_is_taken_back(shop: Shop):
    run = planned(shop)
    runs.apply(run, at=AT)
    users = ReferenceIndex.get_references_to(shop.iphone)
    new = str(Subject.objects.get(slug="iphone-14").pk)
    assert users.filter(object_id=new, model_path="parent").count() == 1
    runs.undo(run, at=AT)
    assert not users.filter(object_id=new).exists()


def test_columns_can_be_corrected_and_the_next_file_remembers(shop: Shop):
    text = "Ding,Was,Euro\niPhone 13,Screen,50\n"
    run = start(shop, text)
    assert "columns" in run.facts["questions"]
    with pytest.raises(runs.RunNotPossible, match="No column"):
        runs.plan(run, at=AT)
    runs.correct(run, fields={0: "model", 1: "repair", 2: "price"}, options={"currency": "EUR"}, at=AT)
    assert run.facts["questions"] == []
    runs.plan(run, at=AT)
    assert run.counts["created"] == 1
    assert ColumnMapping.objects.count() == 1
    assert [column["field"] for column in start(shop, text + "iPhone 12,Screen,60\n").columns] == [
        "model",
        "repair",
        "price",
    ]
    with pytest.raises(runs.RunNotPossible, match="no field"):
        runs.correct(run, fields={0: "colour"}, at=AT)


def test_without_a_currency_no_price_is_guessed(shop: Shop):
    text = "Model,Repair,Price\niPhone 13,Screen,50\n"
    run = planned(shop, text)
    assert run.facts["questions"] == ["currency"]
    assert [line.words for line in run.lines.all()] == ["Nothing says which currency this is: choose one."]
    assert planned(shop, text, currency="gbp").counts["created"] == 1


def test_an_editors_draft_is_not_written_over(shop: Shop):
    shop.iphone_13.name = "iPhone 13 (draft)"
    shop.iphone_13.save_revision()
    run = planned(shop, "Brand,Model,Year\nApple,iPhone 13,2020\n")
    assert "draft" in run.lines.get().words and run.lines.get().outcome == "refused"


def test_of_two_at_once_the_second_is_refused(shop: Shop):
    first, second = start(shop), start(shop)
    claims.take(first, status="applying", of=("uploaded",), at=AT)
    with pytest.raises(runs.RunBusy):
        runs.plan(second, at=AT)
    assert tasks.work(second.pk, "plan").startswith("Another import")
    assert tasks.work(first.pk, "plan").startswith("This import is at work")


def test_a_dry_run_that_died_is_found_and_starts_again(shop: Shop):
    run = start(shop)
    claims.take(run, status="planning", of=("uploaded",), at=AT)
    ImportLine.objects.create(run=run, outcome="created", kind="price")
    assert runs.refresh(run, at=AT + timedelta(seconds=30)).status == "planning"
    assert runs.refresh(run, at=AT + timedelta(seconds=61)).status == "failed"
    assert "stopped half-way" in run.words
    runs.plan(run, at=AT)
    assert run.counts["created"] == 4 and run.lines.filter(outcome="created").count() == 4


def test_writing_that_breaks_half_way_leaves_nothing_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    run, before = planned(shop), state()

    def broken(self: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(writing.Writer, "finish", broken)
    with pytest.raises(MemoryError):
        runs.apply(run, at=AT)
    assert (state(), run.status) == (before, "failed")
    monkeypatch.undo()
    runs.plan(run, at=AT)
    runs.apply(run, at=AT)
    assert run.status == "applied"


def test_progress_is_told_while_it_runs(shop: Shop):
    run, heard = start(shop), []
    runs.plan(run, at=AT, told=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (6, 6)
    runs.apply(run, at=AT, told=lambda done, total: heard.append((done, total)))
    assert heard[-1] == (4, 4)
    shown = runs.progress(run)
    assert (shown.percent, shown.busy) == (100, False)
    cache.clear()


def test_a_hundred_more_prices_cost_no_more_statements(shop: Shop, django_assert_max_num_queries: Any):
    def text(count: int) -> str:
        return "Model,Repair,Price\n" + "".join(f"iPhone 13,Part {number},£{number + 1}\n" for number in range(count))

    with django_assert_max_num_queries(30):
        planned(shop, text(5))
    with django_assert_max_num_queries(30):
        planned(shop, text(105))


def test_files_are_forgotten_after_a_month(shop: Shop):
    run = start(shop)
    assert runs.forget(at=AT + timedelta(days=29)) == 0
    assert runs.forget(at=AT + timedelta(days=31)) == 1
    run.refresh_from_db()
    with pytest.raises(runs.RunNotPossible, match="not kept any more"):
        runs.plan(run, at=AT)


SHOPIFY = "{handle},Title,Vendor,{kind},Option1 Name,Option1 Value,{price},Image Src\n" + (
    "screen,iPhone 13 Screen Replacement,Apple,Repair,Quality,Original,120.00,\n"
    "screen,,,,,Compatible,90.00,\n"
    "screen,,,,,,,https://x.example/2.jpg\n"
    "battery,Battery Replacement,Shop,Repair,Model,iPhone 12,60.00,\n"
    "mug,Coffee mug,Shop,Gift,Title,Default Title,9.00,\n"
)


@pytest.mark.parametrize(
    ("handle", "kind", "price"), [("Handle", "Type", "Variant Price"), ("URL handle", "Product type", "Price")]
)
def test_both_headers_of_shopify_become_prices_by_quality_and_model(shop: Shop, handle: str, kind: str, price: str):
    run = planned(shop, SHOPIFY.format(handle=handle, kind=kind, price=price), currency="GBP")
    assert run.source == "shopify"
    assert sorted(tuple(line.key) for line in run.lines.filter(outcome="created")) == [
        ("battery-replacement", "iphone-12", "GBP", ""),
        ("screen-repair", "iphone-13", "GBP", "compatible"),
        ("screen-repair", "iphone-13", "GBP", "original"),
    ]
    assert run.lines.get(outcome="doubtful").value == "Coffee mug"


def test_woocommerce_variations_get_their_parents_name(shop: Shop):
    text = (
        "ID,Type,SKU,Name,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n"
        '1,variable,scr,Screen repair,,,Model,"iPhone 12, iPhone 13"\n'
        "2,variation,scr-12,Screen repair - iPhone 12,150,scr,Model,iPhone 12\n"
        "3,variation,scr-13,Screen repair - iPhone 13,180,id:1,Model,iPhone 13\n"
        "4,external,x,Case,9,,,\n"
    )
    run = planned(shop, text, currency="GBP")
    assert [(tuple(line.key[:2]), line.new["price"]) for line in run.lines.filter(outcome="created")] == [
        (("screen-repair", "iphone-12"), "150.00"), (("screen-repair", "iphone-13"), "180.00"),
    ]  # fmt: skip
    assert run.lines.get(outcome="refused").words == "The product is sold elsewhere."


def test_a_matrix_with_gaps_is_turned_into_prices_and_keeps_no_gap(shop: Shop):
    run = planned(shop, "Modell;Display;Akku;Ladebuchse\niPhone 13;199 €;;99 €\niPhone 12;auf Anfrage;49,90 €;-\n")
    assert run.source == "matrix"
    lines = run.lines.filter(outcome="created")
    found = {tuple(line.key[:2]): (line.new.get("kind", "fixed"), line.new.get("price")) for line in lines}
    assert found == {
        ("screen-repair", "iphone-13"): ("fixed", "199.00"),
        ("charging-port-repair", "iphone-13"): ("fixed", "99.00"),
        ("screen-repair", "iphone-12"): ("on_request", None),
        ("battery-replacement", "iphone-12"): ("fixed", "49.90"),
    }
