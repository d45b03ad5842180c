"""Small price lists as strangers make them: other languages, other layouts. What a careful person would read in them.

Each wish was written down before its file was tried. A line is "brand|model|repair|price currency", where the repair is
the part it is about when that is known; a price may begin with "from" or be a range; minutes and grade follow if given.
"""

import io
import json
from typing import Any

import pytest
from openpyxl import Workbook

from catalogue_import import opening
from catalogue_import.match_repairs import part_of
from catalogue_import.options import Options
from catalogue_import.reading.tables import Fault
from catalogue_import.sources.entries import Entry


def read(raw: bytes | str, home: str = "GBP", **options: str) -> tuple[opening.File, list[Entry | Fault]]:
    """A file opened and read as a dry run does."""
    given = Options(**options)
    file = opening.look(io.BytesIO(raw.encode() if isinstance(raw, str) else raw), given)
    return file, list(opening.entries(file, opening.terms_of(file, given, home)))


def said(entry: Entry) -> str:
    """An entry in one line."""
    price = ""
    if entry.amount is not None:
        price = {"from": "from "}.get(entry.amount.kind, "") + str(entry.amount.price)
        price += f"-{entry.amount.price_max}" if entry.amount.price_max else ""
        price = f"{price} {entry.currency}"
    more = [str(one) for one in (entry.minutes, entry.grade) if one]
    return "|".join([entry.brand, entry.model, part_of(entry.repair) or entry.repair, price, *more])


def lines(raw: bytes | str, home: str = "GBP", **options: str) -> list[str]:
    """What a file says; a refusal is its words."""
    return [
        f"refused {one.number} {one.column}: {one.words}" if isinstance(one, Fault) else said(one)
        for one in read(raw, home, **options)[1]
    ]


def workbook(sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> bytes:
    """An XLSX file; cells of the first sheet may be merged."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    for some in merged:
        book.worksheets[0].merge_cells(some)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Name, file, home currency of the shop, wishes.
LANGUAGES: list[tuple[str, bytes, str, list[str]]] = [
    (
        "Polish",
        "Marka;Model;Naprawa;Cena brutto;Czas\nApple;iPhone 13;Wymiana wyświetlacza;1 299,00 zł;60 min\n"
        "Samsung;Galaxy S22;Wymiana baterii;od 249,00 zł;1 godz.\n".encode("cp1250"),
        "GBP",
        ["Apple|iPhone 13|screen|1299.00 PLN|60", "Samsung|Galaxy S22|battery|from 249.00 PLN|60"],
    ),
    (
        "Czech",
        "Značka;Model;Oprava;Cena (Kč)\nApple;iPhone 12;Výměna displeje;2 490\nXiaomi;Redmi Note 13;Výměna baterie;1.190,-\n".encode("cp1250"),
        "GBP",
        ["Apple|iPhone 12|screen|2490.00 CZK", "Xiaomi|Redmi Note 13|battery|1190.00 CZK"],
    ),
    (
        "Turkish",
        'Marka,Model,Tamir,Fiyat,Süre\nApple,iPhone 14,Ekran değişimi,1.299 ₺,30 dk\nSamsung,Galaxy A54,Batarya değişimi,"899,90 ₺",1 saat\n'.encode(),
        "GBP",
        ["Apple|iPhone 14|screen|1299.00 TRY|30", "Samsung|Galaxy A54|battery|899.90 TRY|60"],
    ),
    (
        "Russian",
        "Бренд;Модель;Услуга;Цена, руб.;Срок\nApple;iPhone 11;Замена экрана;от 5 990;1 час\nSamsung;Galaxy A50;Замена аккумулятора;2 490;40 минут\n".encode("cp1251"),
        "GBP",
        ["Apple|iPhone 11|screen|from 5990.00 RUB|60", "Samsung|Galaxy A50|battery|2490.00 RUB|40"],
    ),
    (
        "Arabic",
        "الماركة,الموديل,الإصلاح,السعر\nApple,iPhone 13,تغيير الشاشة,\u200f١٬٢٩٩٫٥٠ ر.س\nSamsung,Galaxy S22,تغيير البطارية,١٢٩ ر.س\n".encode(),
        "GBP",
        ["Apple|iPhone 13|screen|1299.50 SAR", "Samsung|Galaxy S22|battery|129.00 SAR"],
    ),
    (
        "Hebrew",
        'מותג,דגם,תיקון,מחיר\nApple,iPhone 12,החלפת מסך,₪599\nSamsung,Galaxy S21,החלפת סוללה,"249 ש""ח"\n'.encode("cp1255"),
        "GBP",
        ["Apple|iPhone 12|screen|599.00 ILS", "Samsung|Galaxy S21|battery|249.00 ILS"],
    ),
    (
        "Greek",
        "Μάρκα;Μοντέλο;Επισκευή;Τιμή\nApple;iPhone 13;Αλλαγή οθόνης;149,00 €\nApple;iPhone 13;Αλλαγή μπαταρίας;από 59 €\n".encode("cp1253"),
        "GBP",
        ["Apple|iPhone 13|screen|149.00 EUR", "Apple|iPhone 13|battery|from 59.00 EUR"],
    ),
    (
        "Hungarian",
        "Márka;Modell;Javítás;Ár\nApple;iPhone 13;Kijelző csere;45 990 Ft\nApple;iPhone 13;Akkumulátor csere;12.990 Ft\n".encode("cp1250"),
        "GBP",
        ["Apple|iPhone 13|screen|45990.00 HUF", "Apple|iPhone 13|battery|12990.00 HUF"],
    ),
    (
        "Swedish",
        "Märke;Modell;Reparation;Pris\nApple;iPhone 13;Skärmbyte;1 299 kr\nApple;iPhone 13;Batteribyte;799:-\n".encode("cp1252"),
        "SEK",
        ["Apple|iPhone 13|screen|1299.00 SEK", "Apple|iPhone 13|battery|799.00 SEK"],
    ),
    (
        "Danish",
        "Mærke;Model;Reparation;Pris inkl. moms\nApple;iPhone 13;Skærmskift;1.299 kr.\nApple;iPhone 13;Batteriskift;499,- kr.\n".encode(),
        "DKK",
        ["Apple|iPhone 13|screen|1299.00 DKK", "Apple|iPhone 13|battery|499.00 DKK"],
    ),
    (
        "Romanian",
        "Marcă;Model;Reparație;Preț\nApple;iPhone 13;Înlocuire ecran;1.699,00 lei\nSamsung;Galaxy S22;Schimbare baterie;249 lei\n".encode(),
        "GBP",
        ["Apple|iPhone 13|screen|1699.00 RON", "Samsung|Galaxy S22|battery|249.00 RON"],
    ),
    (
        "Hindi",
        'ब्रांड,मॉडल,मरम्मत,कीमत\nApple,iPhone 13,स्क्रीन बदलना,"₹1,29,900"\nSamsung,Galaxy S22,बैटरी बदलना,"₹4,500"\n'.encode(),
        "GBP",
        ["Apple|iPhone 13|screen|129900.00 INR", "Samsung|Galaxy S22|battery|4500.00 INR"],
    ),
    (
        "Korean",
        '브랜드,모델,수리,가격\nApple,iPhone 13,화면 교체,"₩129,000"\nSamsung,Galaxy S22,배터리 교체,"59,000원"\n'.encode(),
        "GBP",
        ["Apple|iPhone 13|screen|129000.00 KRW", "Samsung|Galaxy S22|battery|59000.00 KRW"],
    ),
    (
        "Swiss",
        b"Marke;Modell;Reparatur;Preis\nApple;iPhone 15 Pro;Displaytausch;1'299.00 CHF\nApple;iPhone 15;Akkutausch;89.- CHF\n",
        "GBP",
        ["Apple|iPhone 15 Pro|screen|1299.00 CHF", "Apple|iPhone 15|battery|89.00 CHF"],
    ),
    (
        "Brazilian",
        "Marca;Modelo;Serviço;Preço\nApple;iPhone 13;Troca de tela;R$ 1.299,00\nApple;iPhone 13;Troca de bateria;R$ 249,90\n".encode(),
        "GBP",
        ["Apple|iPhone 13|screen|1299.00 BRL", "Apple|iPhone 13|battery|249.90 BRL"],
    ),
    (
        "Sierra Leonean",
        b'Make,Model,Repair,Cost\nTecno,Spark 10,Screen change,"SLE 1,250"\nInfinix,Hot 12,Battery,Le 250\n',
        "GBP",
        ["Tecno|Spark 10|screen|1250.00 SLE", "Infinix|Hot 12|battery|250.00 SLE"],
    ),
]  # fmt: skip

SCREEN, BATTERY = "|iPhone 13|screen|149.00 GBP", "|iPhone 13|battery|59.00 GBP"
LAYOUTS: list[tuple[str, bytes | str, list[str]]] = [
    (
        "a line of units below the header",
        "Brand,Model,Repair,Price,Time\n,,,EUR incl. VAT,minutes\nApple,iPhone 13,Screen,149.00,45\n",
        ["Apple|iPhone 13|screen|149.00 EUR|45"],
    ),
    (
        "a line of brands above a line of models",
        ",Apple,,Samsung,\nRepair,iPhone 13,iPhone 14,Galaxy S22,Galaxy S23\nScreen,£149,£179,£169,£189\nBattery,£59,£69,,£75\n",
        [
            "Apple|iPhone 13|screen|149.00 GBP", "Apple|iPhone 14|screen|179.00 GBP",
            "Samsung|Galaxy S22|screen|169.00 GBP", "Samsung|Galaxy S23|screen|189.00 GBP",
            "Apple|iPhone 13|battery|59.00 GBP", "Apple|iPhone 14|battery|69.00 GBP", "Samsung|Galaxy S23|battery|75.00 GBP",
        ],
    ),
    (
        "devices across and repairs down",
        "Reparatur;iPhone 12;iPhone 13\nDisplay;129 €;149 €\nAkku;49 €;59 €\n",
        ["|iPhone 12|screen|129.00 EUR", "|iPhone 13|screen|149.00 EUR", "|iPhone 12|battery|49.00 EUR", "|iPhone 13|battery|59.00 EUR"],
    ),
    (
        "columns called repair",
        "Model,Screen repair,Battery repair\niPhone 13,£149,£59\niPhone 12,£129,\n",
        [SCREEN, BATTERY, "|iPhone 12|screen|129.00 GBP"],
    ),
    (
        "a header that comes again",
        "Model,Repair,Price\niPhone 13,Screen,£149\nModel,Repair,Price\niPhone 13,Battery,£59\n",
        [SCREEN, BATTERY],
    ),
    (
        "subtotals and footnotes",
        "Model,Repair,Price\niPhone 13,Screen,£149\nSubtotal,,£149\n* Prices include VAT,,\niPhone 13,Battery,£59\nPage 1 of 2,,\n",
        [SCREEN, "refused 3", "refused 4", BATTERY, "refused 6"],
    ),
    (
        "brands merged across",
        workbook(
            {"Prices": [["Model", "Repair", "Price £"], ["Apple"], ["iPhone 13", "Screen", 149], [None, "Battery", 59], ["Samsung"], ["Galaxy S22", "Screen", 169]]},
            ("A2:C2", "A3:A4", "A5:C5"),
        ),
        ["Apple|iPhone 13|screen|149.00 GBP", "Apple|iPhone 13|battery|59.00 GBP", "Samsung|Galaxy S22|screen|169.00 GBP"],
    ),
    (
        "the sign of the currency in a column of its own",
        "Brand;Model;Repair;Price;\nApple;iPhone 13;Screen;149,00;€\nApple;iPhone 13;Battery;59,00;€\n",
        ["Apple|iPhone 13|screen|149.00 EUR", "Apple|iPhone 13|battery|59.00 EUR"],
    ),
    (
        "prices without and with tax",
        "Model,Repair,Price net,Price gross\niPhone 13,Screen,£124.17,£149.00\n",
        [SCREEN],
    ),
    (
        "prices without and with tax in German",
        "Modell;Reparatur;Nettopreis;Preis inkl. MwSt.\niPhone 13;Display;125,21 €;149,00 €\n",
        ["|iPhone 13|screen|149.00 EUR"],
    ),
    (
        "a range in two columns",
        "Model,Repair,From,To\niPhone 13,Screen,£99,£149\niPhone 13,Battery,£59,\n",
        ["|iPhone 13|screen|99.00-149.00 GBP", "|iPhone 13|battery|from 59.00 GBP"],
    ),
    (
        "an old price beside the price",
        "Model,Repair,Was,Now\niPhone 13,Screen,£179,£149\n",
        [SCREEN],
    ),
    (
        "an old price in German",
        "Modell;Reparatur;UVP;Preis\niPhone 13;Display;179 €;149 €\n",
        ["|iPhone 13|screen|149.00 EUR"],
    ),
    (
        "a sheet for each brand",
        workbook(
            {
                "Apple": [["Model", "Repair", "Price £"], ["iPhone 13", "Screen", 149]],
                "Samsung": [["Model", "Repair", "Price £"], ["Galaxy S22", "Battery", 69.5]],
                "Info": [["Open from nine to six"]],
            }
        ),
        ["Apple|iPhone 13|screen|149.00 GBP", "Samsung|Galaxy S22|battery|69.50 GBP"],
    ),
    (
        "empty columns and rows at the end",
        "Model,Repair,Price,,,,,\niPhone 13,Screen,£149,,,,,\n,,,,,,,\niPhone 13,Battery,£59,,,,,\n,,,,,,,\n",
        [SCREEN, BATTERY],
    ),
    ("UTF-16 with tabulators", "Model\tRepair\tPrice\niPhone 13\tScreen\t£149\n".encode("utf-16"), [SCREEN]),
    (
        "decimal commas and points between thousands",
        "Modell;Reparatur;Preis in EUR\nMacBook Pro 14;Display;1.249,00\niPhone 13;Akku;59,00\n",
        ["|MacBook Pro 14|screen|1249.00 EUR", "|iPhone 13|battery|59.00 EUR"],
    ),
    ("bars between columns", "Model|Repair|Price\niPhone 13|Screen|£149\niPhone 13|Battery|£59\n", [SCREEN, BATTERY]),
    (
        "a table drawn with bars",
        "| Model | Repair | Price |\n|---|---|---:|\n| iPhone 13 | Screen | £149 |\n| iPhone 13 | Battery | £59 |\n",
        [SCREEN, BATTERY],
    ),
    (
        "WooCommerce in German",
        "ID,Typ,Artikelnummer,Name,Veröffentlicht,Angebotspreis,Regulärer Preis,Übergeordnet,Attribut 1 Name,Attribut 1 Wert(e)\n"
        '1,variable,ip13,iPhone 13,1,,,,Reparatur,"Display, Akku"\n'
        '2,variation,ip13-d,iPhone 13 - Display,1,,"149,90",ip13,Reparatur,Display\n'
        '3,variation,ip13-a,iPhone 13 - Akku,1,"49,90","59,90",ip13,Reparatur,Akku\n',
        ["|iPhone 13|screen|149.90 GBP", "|iPhone 13|battery|59.90 GBP"],
    ),
    (
        "Shopify with a second option and fields of its own",
        "Handle,Title,Vendor,Type,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant Price,Repair time (product.metafields.custom.repair_time)\n"
        "ip13,iPhone 13,Apple,Repair,Repair,Screen,Quality,Original,199.00,45 min\nip13,,,,,Screen,,Compatible,149.00,\nip13,,,,,Battery,,Original,59.00,\n",
        [
            "Apple|iPhone 13|screen|199.00 GBP|45|original", "Apple|iPhone 13|screen|149.00 GBP|45|compatible",
            "Apple|iPhone 13|battery|59.00 GBP|45|original",
        ],
    ),
    (
        "JSON by brand, model, repair and grade",
        json.dumps({"Apple": {"iPhone 13": {"Screen": {"original": 199, "compatible": 149}, "Battery": 59}}, "Samsung": {"Galaxy S22": {"Screen": {"original": 169}}}}),
        [
            "Apple|iPhone 13|screen|199.00 GBP|original", "Apple|iPhone 13|screen|149.00 GBP|compatible",
            "Apple|iPhone 13|battery|59.00 GBP", "Samsung|Galaxy S22|screen|169.00 GBP|original",
        ],
    ),
    (
        "a JSON record on each line",
        '{"brand": "Apple", "model": "iPhone 13", "repair": "Screen", "price": 149}\n{"brand": "Apple", "model": "iPhone 13", "repair": "Battery", "price": 59.0}\n',
        ["Apple|iPhone 13|screen|149.00 GBP", "Apple|iPhone 13|battery|59.00 GBP"],
    ),
]  # fmt: skip


def agree(found: list[str], wanted: list[str]) -> bool:
    """Line by line; of a refusal only its row is compared."""
    return len(found) == len(wanted) and all(
        one.startswith(wish) if wish.startswith("refused") else one == wish
        for one, wish in zip(found, wanted, strict=True)
    )


@pytest.mark.parametrize(("raw", "home", "wanted"), [row[1:] for row in LANGUAGES], ids=[row[0] for row in LANGUAGES])
def test_a_list_in_another_language_is_read(raw: bytes, home: str, wanted: list[str]):
    found = lines(raw, home)
    assert agree(found, wanted), found


@pytest.mark.parametrize(("raw", "wanted"), [row[1:] for row in LAYOUTS], ids=[row[0] for row in LAYOUTS])
def test_another_layout_is_read(raw: bytes | str, wanted: list[str]):
    given = {} if any("EUR" in wish for wish in wanted) else {"currency": "GBP"}
    found = lines(raw, **given)
    assert agree(found, wanted), found


def told(raw: bytes | str, **options: str) -> str:
    """Everything that is said about a file."""
    return " ".join(read(raw, **options)[0].facts.as_json()["notes"])


def test_a_price_without_tax_is_left_out_in_words_unless_somebody_says_it_is_the_price():
    raw = "Model,Repair,Price excl. VAT\niPhone 13,Screen,£124.17\n"
    assert lines(raw) == ["|iPhone 13|screen|"]
    assert "Price excl. VAT is without" in told(raw)


@pytest.mark.parametrize(
    ("raw", "home", "said"),
    [
        ("Model;Repair;Price\niPhone 13;Screen;1.250 €\n", "GBP", "thousands or decimals"),
        ("Model;Repair;Price\niPhone 13;Screen;1.299 KWD\n", "GBP", "thousands or decimals"),
        ("Model;Repair;Price\niPhone 13;Screen;1 299 kr\n", "GBP", "stands for several currencies"),
        ("Model;Repair;Price\niPhone 13;Screen;129\n", "GBP", "Nothing says which currency"),
        ("Model,Screen repair,Battery repair\nTotal,£500,£300\n", "GBP", "a title, a total or a remark"),
        ("Model;Repair;Price\niPhone 13;Screen;149 zzgl. MwSt.\n", "EUR", "include tax"),
    ],
)
def test_what_a_file_cannot_tell_is_refused_in_words(raw: str, home: str, said: str):
    assert all(said in line for line in lines(raw, home))


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Device,Xyzzy\niPhone 13,149\niPhone 12,129\n", "Xyzzy"),
        ("Repair,Quick,Slow\nScreen,£149,£99\nBattery,£59,£39\n", "Quick, Slow"),
    ],
)
def test_columns_of_numbers_that_nothing_explains_are_named_and_never_taken_for_repairs(raw: str, names: str):
    assert f"left out: {names}." in told(raw)
    assert all(isinstance(one, Entry) and one.amount is None for one in read(raw)[1])


def test_rows_of_a_second_sheet_have_numbers_of_their_own():
    raw = workbook(
        {
            "Apple": [["Model", "Repair", "Price"], ["iPhone 13", "Screen", "£149"]],
            "Samsung": [["Model", "Repair", "Price"], ["Galaxy S22", "Screen", "soon?"]],
        }
    )
    assert lines(raw)[1].startswith("refused 1000002 Price: This is not a price")
    assert "row 1,000,002 is row 2 of the second" in told(raw)


def test_sheets_of_other_kinds_are_not_mixed():
    same = [["Model", "Repair", "Price"], ["iPhone 13", "Screen", "£149"]]
    assert len(lines(workbook({"2025": same, "2026": same}))) == 1
