"""Files as people send them, and as attackers do: read, or refused in words."""

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from catalogue_import import opening
from catalogue_import.options import Options
from catalogue_import.reading.encodings import clean, detect, mend, opened_as
from catalogue_import.reading.facts import Facts
from catalogue_import.reading.limits import FileNotReadable
from catalogue_import.reading.tables import Fault
from catalogue_import.sources.fields import meaning

LIST = "Brand;Model;Repair;Price\nAcer;Portégé 10;Screen;49,90 €\nAcer;Aspire 3;Battery;1.234,50 €\n"


def look(content: bytes | str, **options: str) -> opening.File:
    raw = content.encode() if isinstance(content, str) else content
    return opening.look(io.BytesIO(raw), Options(**options))


def rows(file: opening.File) -> list[Any]:
    assert file.table is not None
    return list(file.table.rows())


def workbook(*table: list[Any], title: str = "Prices", **sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in table:
        page.append(row)
    for name, some in sheets.items():
        extra = book.create_sheet(name)
        for row in some:
            extra.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_and_nothing_is_lost(encoding: str, said: str):
    file = look(LIST.encode(encoding))
    assert (file.facts.encoding, file.facts.delimiter) == (said, "semicolon")
    assert rows(file)[0][1][1] == "Portégé 10"


def test_a_few_broken_bytes_do_not_spoil_a_file_in_utf_8():
    file = look("Brand,Model\nX,é é é é é\n".encode() + b"Acer,Port\xe9g\xe9\n")
    assert rows(file)[1][1] == ["Acer", "Portégé"]


@given(st.text(alphabet=st.characters(codec="cp1252", exclude_categories=("Cc", "Cs")), max_size=40))
def test_mending_never_changes_text_that_was_decoded_rightly(text: str):
    # Text whose own bytes happen to be UTF-8 again ("Ã©") is the only kind that may be mended.
    try:
        twice = text.encode("cp1252").decode("utf-8") != text
    except UnicodeDecodeError:
        twice = False
    if not twice and "&" not in text and "\\x" not in text:
        assert mend(text) == text


@given(st.text(alphabet="abcäöüéèñçß€“” –", min_size=1, max_size=30))
def test_a_wrong_decoding_is_turned_back_whole(text: str):
    wrong = "".join(
        bytes([byte]).decode("cp1252", "replace") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )
    assert mend(wrong) == text


def test_what_cannot_be_turned_back_is_only_counted():
    facts = Facts()
    assert clean("Port\ufffdg\ufffd", facts) == "Port\ufffdg\ufffd"
    assert clean(r"\xe9\xa3\x9b", facts) == "飛"
    assert (facts.seen["damaged"], facts.seen["repaired"]) == (1, 1)


@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_ever_break_the_door(raw: bytes):
    try:
        file = look(raw)
        if file.table is not None:
            list(file.table.rows())
    except FileNotReadable as error:
        assert str(error)
    assert raw.decode(**opened_as(detect([raw], Facts()))) is not None


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_names_of_columns(mark: str):
    text = (
        f"Brand{mark}Model{mark}Price\nA{mark}one, two; three words{mark}9\n"
        if mark != ","
        else "Brand,Model,Price\nA,b c d,9\n"
    )
    assert [column.field for column in look(text).columns] == ["brand", "model", "price"]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Marke", "brand"), ("Modell", "model"), ("Gerät", "model"), ("Reparatur", "repair"), ("Preis (€)", "price"), ("Dauer", "duration"),
        ("Marque", "brand"), ("Modèle", "model"), ("Prix TTC", "price"), ("Durée", "duration"), ("Marca", "brand"), ("Modelo", "model"),
        ("Preço (R$)", "price"), ("Serviço", "repair"), ("Precio", "price"), ("Prezzo", "price"), ("Riparazione", "repair"), ("Merk", "brand"),
        ("Toestel", "model"), ("Prijs", "price"), ("Qiymət", "price"), ("Təmir növü", "repair"), ("品牌", "brand"), ("型号", "model"),
        ("价格", "price"), ("維修項目", "repair"), ("価格", "price"), ("startsAt", "price_from"), ("priceMax", "price_max"), ("Pirce list", ""),
        ("Manufactuer", "brand"), ("IMEI", "personal"), ("Kundenname", "personal"), ("Unlock code", "personal"), ("Senha", "personal"),
    ],
)  # fmt: skip
def test_headers_are_understood_in_many_languages(header: str, field: str):
    assert meaning(header)[0] == field


def test_columns_of_people_are_left_out_and_named():
    file = look(
        "Customer,IMEI,PIN,Model,Repair,Price,Note2\nA B,356938035643809,1234,iPhone 13,Screen,99,a@b.example\n"
    )
    assert [column.header for column in file.columns if column.field] == ["Model", "Repair", "Price"]
    assert file.facts.dropped == ["Customer", "IMEI", "PIN", "Note2"]
    assert all(not column.as_json()["samples"] for column in file.columns if column.personal)


def test_a_workbook_with_a_title_and_merged_cells_is_read_below_its_header():
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["Our prices 2026"],
        [],
        ["Brand", "Model", "Screen ", "Battery"],
        ["Apple", "iPhone 13", 99.5, 49],
        [None, "iPhone 12", 89, None],
    ):
        page.append(row)
    page.merge_cells("A1:D1")
    page.merge_cells("A4:A5")
    out = io.BytesIO()
    book.save(out)
    file = look(out.getvalue())
    assert (file.source, file.facts.header_row) == ("matrix", 3)
    assert [row[1] for row in rows(file)] == [["Apple", "iPhone 13", "99.5", "49"], ["Apple", "iPhone 12", "89", ""]]


def test_a_sheet_is_chosen_by_name_and_the_others_are_told():
    raw = workbook(["Remarks"], title="Notes ", Prices=[["Model", "Repair", "Price"], ["iPhone 13", "Screen", 99]])
    assert look(raw).facts.sheet == "Prices"
    assert look(raw, sheet="notes").facts.sheet == "Notes "
    with pytest.raises(FileNotReadable, match="Notes , Prices"):
        look(raw, sheet="Other")


def test_a_formula_without_a_result_is_not_taken_for_an_empty_cell():
    file = look(workbook(["Model", "Repair", "Price"], ["iPhone 13", "Screen", "=40+9"]))
    assert rows(file)[0][1][2] == "=40+9"


def test_blocks_side_by_side_are_read_one_after_the_other():
    file = look(
        "Model,Repair,Price,,Model,Repair,Price\niPhone 13,Screen,99,,iPhone 12,Screen,89\niPhone 11,Screen,79,,,,\n"
    )
    found = [
        entry
        for entry in opening.entries(file, opening.terms_of(file, Options(currency="GBP"), "GBP"))
        if not isinstance(entry, Fault)
    ]
    assert [(entry.model, str(entry.amount.price)) for entry in found if entry.amount] == [
        ("iPhone 13", "99.00"), ("iPhone 12", "89.00"), ("iPhone 11", "79.00"),
    ]  # fmt: skip


def test_a_row_longer_than_the_header_or_with_nul_or_a_huge_cell_is_refused_alone():
    text = "Model,Repair,Price\na,b,1,surplus\nb\x00c,d,2\n" + "x" * 40_000 + ",y,3\nshort\ngood,screen,4\n"
    found = rows(look(text))
    assert [row.number for row in found if isinstance(row, Fault)] == [2, 3, 4]
    assert [row[1][0] for row in found if not isinstance(row, Fault)] == ["short", "good"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "xl/workbook.xml", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'
        )
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xd0\xcf\x11\xe0aaaa", "old XLS"),
        (b"MZ\x90\x00\x03", "program"),
        (b"\x1f\x8b\x08\x00", "packed"),
        (b"PK\x03\x04broken", "damaged or locked"),
        (bytes(range(32)) * 50, "not a text file"),
        (b"<html><body>x</body></html>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "web page or XML"),
        (b'{"a": ' * 5_000, "nested|not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "nested"),
        (b'[{"model": "a", "brand": "b", "price": NaN}]', "not a number"),
        (b'["a", "b"]', "single values"),
        (b'{"england": {"division": "x", "events": []}}', "no record"),
        (",".join(f"c{n}" for n in range(10_000)).encode() + b"\n1\n", "10000 columns"),
        (b'Model,Repair,Price\n"open,1,2\n' + b"a,b,3\n" * 5_000, "does not end"),
        (b"Model,Price\n" + b"x" * 3_000_000 + b",1\n", "does not end"),
        (b"id,data_provider,repair_status,problem\n1,a,b,c\n", "records of repairs"),
        (bomb(), "far more"),
        (entities(), "entities"),
    ],
)
def test_damage_and_attacks_are_refused_in_words(content: bytes, said: str):
    with pytest.raises(FileNotReadable, match=said):
        rows(look(content))


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing_and_is_refused():
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"], page["B1"], page["A1048576"] = "Model", "Price", "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileNotReadable, match="more than"):
        rows(look(out.getvalue()))


def test_json_of_other_shapes_becomes_one_table():
    nested = [
        {
            "brand": "Apple",
            "models": ["iPhone 14", "iPhone 15"],
            "issues": [{"name": "Screen", "startsAt": 129, "eta": "1 hr"}],
        }
    ]
    keyed = {"iPhone 14": {"brand": "Apple", "year": 2022}, "iPhone 15": {"brand": "Apple", "year": 2023}}
    file = look(json.dumps(nested))
    assert [row[1] for row in rows(file)] == [
        ["Apple", "iPhone 14", "Screen", "129", "1 hr"],
        ["Apple", "iPhone 15", "Screen", "129", "1 hr"],
    ]
    assert [column.field for column in file.columns] == ["brand", "model", "repair", "price_from", "duration"]
    assert len(rows(look(json.dumps(keyed)))) == 2
