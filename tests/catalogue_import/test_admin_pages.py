"""The import's pages in the admin: who may do what, and that no button does more than it says."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from catalogue_import import runs
from catalogue_import.models import ColumnMapping, ImportLine, ImportRun, KnownName
from cms.models import Subject
from shop.models import RepairOffer
from tests.cms.editors import person
from tests.factories import Shop
from tests.queue import waiting, work_off
from tests.shop.statements import counted

HOME = "/cms/imports/"
LIST = "Brand,Model,Repair,Price,Customer\nApple,iPhone 13,Screen repair,209.50,A. Person\nApple,iPhone 14,Screen repair,219.00,\nApple,iPohne 12,Screen repair,150.00,\nApple,iPhone 8,Screen repair,-5,\n"


@pytest.fixture
def owner(shop: Shop) -> Client:
    """The browser of somebody who may do everything."""
    return person("owner")


def send(browser: Client, text: str | bytes = LIST, name: str = "prices.csv") -> Any:
    data = text.encode() if isinstance(text, str) else text
    return browser.post(HOME, {"file": SimpleUploadedFile(name, data)})


def asked() -> int:
    """How often the worker was asked to do something with an import."""
    return waiting().count("catalogue_import.tasks.work")


def newest() -> ImportRun:
    return ImportRun.objects.latest("pk")


def at(run: ImportRun, what: str = "") -> str:
    return f"{HOME}{run.pk}/{what}"


def columns_of(run: ImportRun, **more: str) -> dict[str, str]:
    """What the form of columns sends when nothing was corrected."""
    fields = {f"column-{column['position']}": column["field"] for column in run.columns}
    return {**fields, "currency": "GBP", **run.options, **more}


def checked(browser: Client, text: str = LIST) -> ImportRun:
    send(browser, text)
    run = newest()
    browser.post(at(run, "columns/"), columns_of(run, then="plan"))
    work_off()
    run.refresh_from_db()
    assert run.status == "planned", run.words
    return run


def act(browser: Client, run: ImportRun, what: str) -> Any:
    """Press the button of a page that shows the run as it is now."""
    run.refresh_from_db()
    return browser.post(at(run, what), {"attempt": run.attempt})


def screen_price(shop: Shop) -> Decimal | None:
    row = RepairOffer.objects.filter(repair_type=shop.screen, subject=shop.iphone_13).first()
    return row.price if row else None


def test_the_empty_page_says_what_to_do(owner: Client) -> None:
    page = owner.get(HOME).content.decode()
    assert "Nothing was imported yet" in page and "Choose a file, or drop it here" in page
    assert 'href="/cms/imports/"' in owner.get("/cms/").content.decode() or "/cms/imports/" in str(
        owner.get("/cms/").content
    )


@pytest.mark.parametrize("role", ["desk", "technician", "translator", "customer"])
def test_those_without_the_right_see_no_page_of_it(shop: Shop, owner: Client, role: str) -> None:
    run = checked(owner)
    browser = person(role)
    paths = ["", "template.csv", "names/", "export/prices.csv", f"{run.pk}/", f"{run.pk}/refused.csv"]
    for path in [*paths, f"{run.pk}/progress.json", f"{run.pk}/write/"]:
        answer = browser.get(f"{HOME}{path}")
        assert answer.status_code in (302, 403), path
        assert b"prices.csv" not in answer.content, path


def test_an_editor_checks_a_list_and_cannot_write_it(shop: Shop, owner: Client) -> None:
    editor = person("editor")
    run = checked(editor)
    page = editor.get(at(run)).content.decode()
    print(run.counts, run.status, page[page.index("mendwell-import") :])
    assert "Writing takes the right to set prices" in page and "/write/" not in page
    for what in ("write/", "take-back/"):
        assert act(editor, run, what).status_code in (302, 403)
        assert asked() == 0
    act(owner, run, "write/")
    work_off()
    run.refresh_from_db()
    assert run.status == "applied"
    act(editor, run, "take-back/")
    assert asked() == 0


def test_a_moderator_writes_what_an_editor_sent(shop: Shop) -> None:
    run = checked(person("editor"))
    act(person("moderator"), run, "write/")
    work_off()
    assert screen_price(shop) == Decimal("209.50")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.pdf", b"%PDF-1.7 ...", "This is a PDF"),
        ("empty.csv", b"   \n", "The file is empty"),
        ("broken.xlsx", b"PK\x03\x04 no workbook", "workbook"),
        ("page.csv", b"<!doctype html><p>Prices", "web page"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_nothing_is_kept(
    owner: Client, name: str, data: bytes, words: str
) -> None:
    answer = send(owner, data, name)
    assert answer.status_code == 422
    assert words in answer.content.decode() and name in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_no_file_at_all_is_said_in_words(owner: Client) -> None:
    assert "Choose a file first" in owner.post(HOME, {}).content.decode()


def test_an_import_of_another_shop_is_not_found(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    other = Site.objects.create(hostname="leeds.example", root_page=shop.site.root_page)
    ImportRun.objects.filter(pk=run.pk).update(site=other)
    assert b"Nothing was imported yet" in owner.get(HOME).content
    for what in ("", "refused.csv", "progress.json", "write/"):
        assert owner.get(at(run, what)).status_code == 404
    for what in ("columns/", "decide/", "check/", "write/", "take-back/"):
        assert owner.post(at(run, what), {"attempt": run.attempt}).status_code == 404
    assert asked() == 0


def test_what_was_found_out_is_shown_and_people_are_blotted_out(owner: Client) -> None:
    send(owner, LIST.replace(",", ";").replace("209.50", "209,50"))
    page = owner.get(at(newest())).content.decode()
    for words in ("semicolon", "utf-8", "Looks personal: left out", "The first rows", "209,50", "100 % sure"):
        assert words in page, words
    assert "A. Person" not in page


def test_a_corrected_column_is_kept_for_the_next_file(owner: Client) -> None:
    text = "Brand;Thing;Repair;What we ask\nApple;iPhone 13;Screen repair;209\n"
    send(owner, text)
    run = newest()
    owner.post(at(run, "columns/"), columns_of(run, **{"column-1": "model", "column-3": "price", "currency": "gbp"}))
    run.refresh_from_db()
    assert [column["field"] for column in run.columns] == ["brand", "model", "repair", "price"]
    assert (run.options["currency"], run.status, asked()) == ("GBP", "uploaded", 0)
    assert ColumnMapping.objects.count() == 1
    send(owner, text.replace("209", "219"))
    assert [column["field"] for column in newest().columns] == ["brand", "model", "repair", "price"]
    assert newest().options["currency"] == "GBP"


def test_a_wrong_option_is_said_and_the_import_stays_as_it_was(owner: Client) -> None:
    send(owner)
    run = newest()
    answer = owner.post(at(run, "columns/"), columns_of(run, currency="pounds", then="plan"), follow=True)
    assert "A currency has three letters" in answer.content.decode()
    assert (newest().status, newest().options, asked()) == ("uploaded", run.options, 0)


def test_columns_that_are_read_anew_are_shown_before_they_are_checked(owner: Client) -> None:
    send(owner)
    run = newest()
    answer = owner.post(at(run, "columns/"), columns_of(run, delimiter=";", then="plan"), follow=True)
    assert "The file was read again" in answer.content.decode()
    assert (asked(), len(newest().columns)) == (0, 1)


def test_a_check_shows_each_kind_of_line_with_row_column_and_reason(owner: Client, shop: Shop) -> None:
    RepairOffer.objects.create(
        site=shop.site, repair_type=shop.screen, subject=shop.iphone_13, price=Decimal("199.99"), currency="GBP"
    )
    run = checked(owner)
    assert screen_price(shop) == Decimal("199.99")
    page = owner.get(at(run, "?show=changed")).content.decode()
    assert "Screen repair, iPhone 13" in page and "<del>£199.99</del>" in page and "<ins>£209.50</ins>" in page
    page = owner.get(at(run, "?show=created")).content.decode()
    assert "Screen repair, iPhone 14" in page and "£219.00" in page
    page = owner.get(at(run, "?show=refused")).content.decode()
    assert "negative" in page and ">5<" in page and ">Price<" in page
    page = owner.get(at(run)).content.decode()  # what waits for people comes first
    assert "iPohne 12" in page and "It is <b>iPhone 12</b>" in page and "% alike" in page


def test_the_page_of_a_waiting_import_looks_again_by_itself(owner: Client) -> None:
    send(owner)
    run = newest()
    owner.post(at(run, "columns/"), columns_of(run, then="plan"))
    page = owner.get(at(run)).content.decode()
    assert 'http-equiv="refresh"' in page and "data-progress" in page and "Waiting for its turn" in page
    assert owner.get(at(run, "progress.json")).json()["at_work"] is True
    ImportRun.objects.filter(pk=run.pk).update(
        status="planning", attempt=1, total=400, done=100, heartbeat_at=timezone.now()
    )
    now = owner.get(at(run, "progress.json")).json()
    heading = "Comparing the file with the catalogue"
    assert now == {"at_work": True, "heading": heading, "percent": 25, "done": 100, "total": 400}
    assert "100 of 400 rows, 25 %" in owner.get(at(run)).content.decode()


def test_a_check_that_is_asked_for_twice_is_made_once(owner: Client) -> None:
    send(owner)
    run = newest()
    for _again in range(2):
        owner.post(at(run, "columns/"), columns_of(run, then="plan"))
    assert asked() == 1


def test_write_pressed_twice_writes_once(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    for _again in range(2):
        owner.post(at(run, "write/"), {"attempt": run.attempt})
    assert asked() == 1
    work_off()
    answer = owner.post(at(run, "write/"), {"attempt": run.attempt}, follow=True)  # from a page that is old now
    assert "has gone on since" in answer.content.decode()
    assert asked() == 0 and screen_price(shop) == Decimal("209.50")


def test_what_is_confirmed_is_what_was_shown(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    page = owner.get(at(run, "write/")).content.decode()
    assert f"<b>{run.counts['created']}</b> new" in page and "<b>1</b> refused" in page
    runs.plan(run, at=timezone.now())  # somebody checks it again meanwhile
    owner.post(at(run, "write/"), {"attempt": run.attempt - 1})
    assert asked() == 0


def test_a_second_import_waits_for_the_first(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    send(owner)
    ImportRun.objects.filter(pk=newest().pk).update(status="planning", heartbeat_at=timezone.now())
    answer = owner.post(at(run, "write/"), {"attempt": run.attempt}, follow=True)
    assert "Another import is at work" in answer.content.decode()
    assert asked() == 0


def doubt(run: ImportRun) -> ImportLine:
    return run.lines.get(outcome="doubtful")


def test_a_decided_name_must_be_checked_before_it_is_written(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    line = doubt(run)
    answer = owner.post(at(run, "decide/"), {"line": line.pk, f"answer-{line.pk}": "match:iphone-12"}, follow=True)
    assert "1 answer kept." in answer.content.decode() and "Check again" in answer.content.decode()
    owner.post(at(run, "write/"), {"attempt": run.attempt})
    assert asked() == 0
    act(owner, run, "check/")
    work_off()
    run.refresh_from_db()
    assert (run.counts.get("doubtful", 0), run.status) == (0, "planned")
    act(owner, run, "write/")
    work_off()
    assert RepairOffer.objects.get(subject=shop.iphone_12, repair_type=shop.screen).price == Decimal("150.00")
    assert not Subject.objects.filter(name__contains="iPohne").exists()


def test_another_device_is_named_as_the_catalogue_names_it(owner: Client) -> None:
    run = checked(owner)
    line = doubt(run)
    form = {"line": line.pk, f"answer-{line.pk}": "match:"}
    for text, words in (("Galaxy", "Nothing in the catalogue is called"), ("", "Write which one it is")):
        answer = owner.post(at(run, "decide/"), {**form, f"other-{line.pk}": text})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    forged = owner.post(at(run, "decide/"), {**form, f"answer-{line.pk}": "match:no-such-thing"})
    assert forged.status_code == 422 and doubt(run).decision == ""
    owner.post(at(run, "decide/"), {"line": line.pk, f"other-{line.pk}": "IPHONE 8"})  # typed, and no radio pressed
    assert (doubt(run).decision, doubt(run).slug) == ("match", "iphone-8")


def test_the_rest_of_a_page_is_decided_alike_and_answers_stay(owner: Client) -> None:
    text = "Brand,Model,Repair,Price\nApple,iPohne 12,Screen repair,150\nApple,iPohne 13,Screen repair,160\n"
    run = checked(owner, text)
    first, second = run.lines.filter(outcome="doubtful").order_by("pk")
    form = {"line": [first.pk, second.pk], f"answer-{first.pk}": "skip", "rest": "best"}
    owner.post(at(run, "decide/"), form)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.decision, second.decision, second.slug) == ("skip", "match", second.candidates[0]["slug"])


def test_what_a_name_was_taken_for_is_shown_and_can_be_put_right(owner: Client, shop: Shop) -> None:
    run = checked(owner, "Brand,Model,Repair,Price\nApple,13 iPhone,Screen repair,£50\n")
    line = run.lines.get(outcome="matched")
    page = owner.get(f"{at(run)}?show=matched").content.decode()
    assert "Taken for <b>1</b>" in page and "Taken for iPhone 13." in page and "1 row rests on it" in page
    answer = owner.post(f"{at(run, 'decide/')}?show=matched", {"line": line.pk, f"answer-{line.pk}": "new"})
    assert answer["Location"].startswith(f"{at(run)}?show=matched")
    assert "Something was decided since this was checked" in owner.get(at(run)).content.decode()
    act(owner, run, "check/")
    work_off()
    act(owner, run, "write/")
    work_off()
    assert RepairOffer.objects.get(subject__name="13 iPhone").price == 50
    assert not RepairOffer.objects.filter(subject=shop.iphone_13, price=50).exists()


def test_a_remembered_answer_can_be_forgotten_and_is_asked_again(owner: Client) -> None:
    run = checked(owner)
    line = doubt(run)
    owner.post(at(run, "decide/"), {"line": line.pk, f"answer-{line.pk}": "skip"})
    act(owner, run, "check/")
    work_off()
    assert not run.lines.filter(outcome="doubtful").exists()
    name = KnownName.objects.get()
    assert "apple ipohne 12" in owner.get(f"{HOME}names/").content.decode()
    owner.post(f"{HOME}names/", {"name": name.pk})
    act(owner, run, "check/")
    work_off()
    assert doubt(run).decision == ""


def test_undo_puts_the_price_back_and_tells_what_stays(owner: Client, shop: Shop) -> None:
    run = checked(owner)
    act(owner, run, "write/")
    work_off()
    kept = RepairOffer.objects.get(subject__slug="iphone-14", repair_type=shop.screen)
    RepairOffer.objects.filter(pk=kept.pk).update(price=Decimal("225.00"))
    assert "stays; you are told which and why" in owner.get(at(run, "take-back/")).content.decode()
    act(owner, run, "take-back/")
    work_off()
    page = owner.get(at(run)).content.decode()
    assert "Not taken back" in page and "Somebody changed it since" in page
    kept.refresh_from_db()
    assert (screen_price(shop), kept.price) == (None, Decimal("225.00"))


def test_a_failed_import_says_why_and_is_tried_again(owner: Client) -> None:
    send(owner)
    ImportRun.objects.update(status="failed", words="It was stopped half-way.")
    run = newest()
    page = owner.get(at(run)).content.decode()
    assert "It was stopped half-way." in page and "Try again" in page
    owner.post(at(run, "columns/"), columns_of(run, then="plan"))
    work_off()
    assert newest().status == "planned"


def test_a_file_that_is_gone_is_said_in_words(owner: Client) -> None:
    run = checked(owner)
    run.file.delete(save=False)
    ImportRun.objects.filter(pk=run.pk).update(file="")
    assert owner.get(at(run)).status_code == 200
    answer = owner.post(at(run, "columns/"), columns_of(run, then="plan"), follow=True)
    assert "not kept any more" in answer.content.decode()


def test_refused_lines_are_taken_away_as_a_list_that_no_spreadsheet_runs(owner: Client) -> None:
    run = checked(owner)
    run.lines.filter(outcome="refused").update(value="=HYPERLINK(1)", column="Price, net")
    text = b"".join(owner.get(at(run, "refused.csv"))).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Row", "Column", "In the file", "Why"]
    assert rows[1][:3] == ["5", "Price, net", "'=HYPERLINK(1)"]


def test_the_template_needs_no_correction(owner: Client) -> None:
    data = b"".join(owner.get(f"{HOME}template.csv"))  # type: ignore[arg-type]
    send(owner, data, "template.csv")
    fields = [column["field"] for column in newest().columns]
    assert fields == ["brand", "model", "codes", "year", "repair", "price", "currency", "duration"]
    assert {column["confidence"] for column in newest().columns} == {100}
    assert newest().facts["questions"] == []


def test_an_export_read_back_changes_nothing(owner: Client) -> None:
    data = b"".join(owner.get(f"{HOME}export/prices.xlsx"))  # type: ignore[arg-type]
    send(owner, data, "prices.xlsx")
    run = newest()
    owner.post(at(run, "columns/"), columns_of(run, then="plan"))
    work_off()
    run.refresh_from_db()
    assert (run.status, run.lines.count(), run.counts["unchanged"]) == ("planned", 0, 3)
    assert owner.get(f"{HOME}export/prices.exe").status_code == 404


def test_long_results_come_in_pages_without_a_statement_for_each_line(owner: Client) -> None:
    def page_of(count: int) -> tuple[Any, int]:
        rows = "".join(f"Acme,Phone {n},Screen repair,{100 + n}\n" for n in range(count))
        run = checked(owner, "Brand,Model,Repair,Price\n" + rows)
        owner.get(at(run, "?show=created"))
        with counted() as statements:
            answer = owner.get(at(run, "?show=created"))
        return answer, len(statements)

    few, statements_of_few = page_of(3)
    many, statements_of_many = page_of(40)
    assert statements_of_many == statements_of_few
    assert b"Page 1 of 4" in many.content and len(many.context["lines"]) == 25
    assert b"Page 1 of" not in few.content


def test_the_list_of_imports_asks_no_statement_for_each(owner: Client) -> None:
    def statements() -> int:
        owner.get(HOME)
        with counted() as asked:
            owner.get(HOME)
        return len(asked)

    send(owner)
    few = statements()
    for _more in range(4):
        send(owner)
    assert statements() == few
