"""Files that are broken or meant to harm: refused or cleaned in words, with row and column; nothing raises anything else."""

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from catalogue_import import opening
from catalogue_import.options import Options
from catalogue_import.reading.limits import FileNotReadable
from catalogue_import.reading.tables import Fault
from catalogue_import.sources.entries import Entry
from tests.catalogue_import.test_unseen_files import lines, read, workbook

LIST: list[list[Any]] = [["Model", "Repair", "Price £"], ["iPhone 13", "Screen", 149]]
GOOD = ["|iPhone 13|screen|149.00 GBP"]
LONG = "<!--" + "x" * 50_000 + "-->"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {one} "{("&" + before + ";") * 10}">' for before, one in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def changed(part: str = "", text: str = "", more: dict[str, bytes] | None = None, damage: bytes = b"") -> bytes:
    """A workbook whose part begins with other text, with further parts, or with bytes of a part spoilt."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook({"Prices": LIST}))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            raw = old.read(name)
            if name == part:
                raw = text.encode() + raw.partition(b"?>")[2] if raw.startswith(b"<?xml") else text.encode() + raw
            new.writestr(name, raw)
        for name, raw in (more or {}).items():
            new.writestr(name, raw)
    raw = out.getvalue()
    return raw.replace(damage, b"#" * len(damage), 1) if damage else raw


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, LONG + LAUGHS, LONG + OUTSIDE], ids=["laughs", "outside", "late laughs", "late outside"])  # fmt: skip
def test_a_workbook_that_defines_entities_is_refused_wherever_they_stand(part: str, text: str):
    with pytest.raises(FileNotReadable, match="entities"):
        read(changed(part, text))


def test_parts_with_names_that_climb_out_of_the_folder_are_never_written():
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    raw = changed(more={"../../../../tmp/out.xml": b"<a/>", "/etc/out.xml": b"<a/>"})
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert lines(out.getvalue()) == GOOD


def test_a_link_to_another_workbook_is_not_followed_and_its_price_is_refused():
    rows = [*LIST, ["iPhone 12", "Screen", "='[1]Prices'!A1"]]
    raw = workbook({"Prices": rows})
    found = lines(raw)
    assert found[0] == GOOD[0]
    assert found[1].startswith("refused 3 Price £: This is not a price")


def test_a_sheet_whose_bytes_are_spoilt_is_refused():
    with pytest.raises(FileNotReadable, match="damaged"):
        read(changed(damage=b"<sheetData>"))


@pytest.mark.parametrize("tail", ['"iPhone 12,Screen,99\niPhone 11,Screen,89\n', '"iPhone 12,Screen,99'])
def test_a_quotation_mark_that_is_open_at_the_end_swallows_no_rows(tail: str):
    with pytest.raises(FileNotReadable, match="Row 3 does not end"):
        read("Model,Repair,Price\niPhone 13,Screen,£149\n" + tail)


def test_quotation_marks_for_inches_are_part_of_the_name():
    assert lines('Model,Repair,Price\nMacBook 12",Screen,£99\nPad 10",Screen,£89\n') == [
        '|MacBook 12"|screen|99.00 GBP', '|Pad 10"|screen|89.00 GBP',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-0", "negative"), ("-0.00", "negative"), ("0", "price is 0"), ("1e308", "not a price"), ("-Infinity", "not a price|negative"),
        ("Infinity", "not a price"), ("9" * 400, "larger than any price"), ("£" + "1,000" * 60, "not a number|larger|not a price"),
        ("=1+1", "not a price"), ("=cmd|' /C calc'!A0", "not a price"), ("1.2.3.4", "not a number|not a price"), ("٠", "price is 0"),
    ],
)  # fmt: skip
def test_a_number_that_is_no_price_is_refused_with_row_and_column(cell: str, said: str):
    _file, found = read(f'Model,Repair,Price\niPhone 12,Screen,£99\niPhone 13,Screen,"{cell}"\n', currency="GBP")
    fault = found[1]
    assert isinstance(fault, Fault)
    assert (fault.number, fault.column) == (3, "Price")
    assert any(words in str(fault.words) for words in said.split("|"))


@pytest.mark.parametrize("text", ["NaN", "nan", "null", "#N/A"])
def test_a_number_that_is_none_is_unknown_and_never_free(text: str):
    _file, found = read(f"Model,Repair,Price\niPhone 13,Screen,{text}\niPhone 12,Screen,£9\n")
    assert isinstance(found[0], Entry)
    assert found[0].amount is None


@pytest.mark.parametrize(
    ("number", "said"),
    [("1e308", "larger|not a price"), ("1e999999999", "not a price"), ("-0.0", "negative"), ("12.345", "two decimals"), ("-5", "negative")],
)  # fmt: skip
def test_a_number_of_json_that_is_no_price_is_refused(number: str, said: str):
    record = '{"model": "iPhone 13", "repair": "Screen", "price": %s}'
    found = lines(f"[{record % 149}, {record % number}]", currency="GBP")
    assert found[1].startswith("refused 2 price"), found
    assert any(words in found[1] for words in said.split("|")), found


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", '=HYPERLINK("http://a.example")', "@SUM(1)"])
def test_a_formula_is_no_name_of_a_device(name: str):
    _file, found = read(workbook({"Prices": [LIST[0], ["iPhone 13", "Screen", 149]]}))
    cell = name.replace('"', '""')
    _file, found = read(f'Model,Repair,Price\n"{cell}",Screen,£99\n')
    assert isinstance(found[0], Fault)
    assert (found[0].number, found[0].column) == (2, "Model")
    assert "formula" in str(found[0].words)


def test_letters_that_nobody_sees_are_taken_out_and_counted():
    file, found = read("\ufeffModel,Repair,Price\n\ufeffiPhone\u202e 13,\u2066Screen\u2069,£149\n")
    assert [one.model for one in found if isinstance(one, Entry)] == ["iPhone 13"]
    assert any("control characters" in note for note in file.facts.as_json()["notes"])


def test_letters_of_another_alphabet_that_look_latin_are_made_latin_and_counted():
    file, found = read("M\u043edel,Repair,Pr\u0456ce\ni\u0420h\u043ene 13,Screen,£149\nЭкран,Замена,\n")
    assert lines("M\u043edel,Repair,Pr\u0456ce\ni\u0420h\u043ene 13,Screen,£149\n") == GOOD
    assert any("look like Latin" in note for note in file.facts.as_json()["notes"])
    assert "Экран" in str(found[1])


def test_two_columns_of_one_name_are_named():
    file, found = read("Model,Repair,Price,Price\niPhone 13,Screen,£149,£159\n")
    assert any("Several columns are called Price" in note for note in file.facts.notes)
    assert len(found) == 1


def test_a_million_columns_or_a_megabyte_in_a_cell_cost_little_and_are_refused():
    with pytest.raises(FileNotReadable, match="1000001 columns"):
        read("Model" + "," * 1_000_000 + "\n")
    good = "iPhone 13,Screen,£149\n"
    _file, found = read(f"Model,Repair,Price\n{good * 50}a{',' * 1_000_000}x\niPhone 13,{'y' * 1_000_000},£1\n{good}")
    assert [one.number for one in found if isinstance(one, Fault)] == [52, 53]
    assert len(found) == 53


def test_a_wide_row_of_a_sheet_is_refused():
    book = Workbook()
    page = book.worksheets[0]
    page.append([f"c{number}" for number in range(2_000)])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileNotReadable, match="columns"):
        read(out.getvalue())


@pytest.mark.parametrize(("depth", "fine"), [(50, True), (61, False), (3_000, False)])
def test_json_is_read_down_to_sixty_levels(depth: int, fine: bool):
    tree: Any = {"Screen": 149}
    for _level in range(depth):
        tree = {"iPhone 13": tree}
    raw = json.dumps({"Screen": 149}) if depth > 900 else json.dumps(tree)
    if depth > 900:
        raw = '{"a":' * depth + raw + "}" * depth
    if fine:
        assert lines(raw, currency="GBP")[0].endswith("|screen|149.00 GBP")
    else:
        with pytest.raises(FileNotReadable, match="nested"):
            read(raw)


@pytest.mark.parametrize("text", ['{"model": "a"}{"model": "b"}', '[{"model": "a"}]\n[{"model"', "[1, 2]\nx"])
def test_several_documents_in_one_file_are_refused_in_words(text: str):
    with pytest.raises(FileNotReadable, match="several values"):
        read(text)


def test_bytes_of_another_encoding_and_nul_in_the_middle_spoil_only_their_rows():
    raw = (
        "Model,Repair,Price\nPortégé,Screen,£149\né,é,£1\né,é,£1\n".encode()
        + b"Port\xe9g\xe9 2,Screen,9\nx\x00,Screen,1\n"
    )
    file, found = read(raw, currency="GBP")
    assert [one.model for one in found if isinstance(one, Entry)] == ["Portégé", "é", "é", "Portégé 2"]
    assert isinstance(found[-1], Fault)
    assert (found[-1].number, found[-1].column) == (6, "Model")
    assert "1252" in file.facts.encoding


def test_a_file_that_says_another_encoding_is_refused_when_there_is_none_of_that_name():
    with pytest.raises(FileNotReadable, match="no encoding"):
        opening.look(io.BytesIO(b"Model,Price\na,1\n"), Options(encoding="klingon"))
