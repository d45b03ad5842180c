"""A document as PDF, drawn from its facts alone: the same facts give the same page for ever."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import to_locale
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD

from shop.models import Document

INK, MUTED, LINE, PINE = (20, 33, 43), (90, 104, 114), (227, 224, 216), (31, 111, 92)
LEFT, RIGHT, WIDE = 20.0, 190.0, 170.0  # mm on A4
FIGURES = 38.0  # mm for a column of money


def pdf(document: Document) -> bytes:
    """The document on A4. Letters that the typeface lacks (emoji, Arabic) are printed as a question mark."""
    with translation.override(document.language):
        page = _Page(document)
        page.heads()
        page.lines()
        page.sums()
        page.payments()
        page.foot()
        return bytes(page.paper.output())


class _Page:
    """Draws from top to bottom; long documents go on with the next sheet."""

    def __init__(self, document: Document) -> None:
        self.document, self.facts = document, document.facts
        self.locale = to_locale(document.language)
        self.paper = FPDF(format="A4")
        self.paper.set_margins(LEFT, 20, 20)
        self.paper.set_auto_page_break(True, margin=24)
        self.paper.add_font("text", "", OPENSANS_REGULAR.path)
        self.paper.add_font("text", "B", OPENSANS_SEMIBOLD.path)
        typeface: Any = self.paper.fonts["text"]
        self.known = {chr(code) for code in typeface.cmap}
        self.paper.set_creation_date(document.issued_at)
        self.paper.set_title(document.number)
        self.paper.set_author(self.clean(self.facts["seller"]["name"]))
        self.paper.set_lang(document.language)
        self.paper.add_page()

    def heads(self) -> None:
        seller, buyer, paper = self.facts["seller"], self.facts["buyer"], self.paper
        paper.set_fill_color(*PINE)
        paper.rect(0, 0, 210, 4, style="F")
        top = paper.get_y()
        self._text(seller["name"], size=16, bold=True, width=100)
        for line in (seller["address"], seller["phone"], seller["email"], self._tax_number()):
            if line:
                self._text(line, size=9, colour=MUTED, width=100)
        bottom = paper.get_y()
        paper.set_xy(120, top)
        self._text(self.facts["title"], size=16, bold=True, width=70, align="R")
        told = [self.document.number, self._when(self.document.issued_at.isoformat())]
        told.append(_("Order %(number)s") % {"number": self.facts["order"]})
        if self.facts.get("refers_to"):
            told.append(_("For invoice %(number)s") % {"number": self.facts["refers_to"]})
        for line in told:
            paper.set_x(120)
            self._text(line, size=9, colour=MUTED, width=70, align="R")
        paper.set_xy(LEFT, max(bottom, paper.get_y()) + 8)
        self._text(_("For"), size=9, colour=MUTED, width=WIDE)
        self._text(buyer["name"], size=11, bold=True, width=WIDE)
        for line in (buyer["address"], buyer["email"]):
            if line:
                self._text(line, size=9, colour=MUTED, width=WIDE)
        paper.ln(6)

    def lines(self) -> None:
        self._rule()
        for line in self.facts["lines"]:
            self._row(line["name"], line["amount"], note=line["reason"], bold=line["first"])
        self._rule()

    def sums(self) -> None:
        self._row(_("Total"), self.facts["total"], bold=True, size=12)
        name = self.facts["tax_name"]
        for tax in self.facts["tax"]:
            rate = format_decimal(Decimal(tax["rate"]), locale=self.locale)
            words = _("incl. %(rate)s %% %(tax)s on %(net)s") % {
                "rate": rate, "tax": name, "net": self._money(tax["net"])
            }  # fmt: skip
            self._row(words, tax["tax"], size=9, colour=MUTED)
        self.paper.ln(4)

    def payments(self) -> None:
        if not self.facts["payments"]:
            return
        self._text(_("Payments"), size=11, bold=True, width=WIDE)
        self.paper.ln(1)
        for payment in self.facts["payments"]:
            self._row(self._when(payment["at"]), payment["amount"], note=payment["way"])
        if self.facts["open"] and Decimal(self.facts["open"]):
            self._rule()
            self._row(_("Still open"), self.facts["open"], bold=True)

    def foot(self) -> None:
        self.paper.ln(6)
        if self.facts.get("demo"):
            words = _("This is a demonstration. No real money moved.")
            self._text(words, size=9, colour=MUTED, width=WIDE)
        words = _("Amounts in %(currency)s.") % {"currency": self.facts["currency"]}
        self._text(words, size=9, colour=MUTED, width=WIDE)

    def clean(self, words: Any) -> str:
        """Narrow spaces, which many locales put into sums, as plain ones; letters without a shape as question marks."""
        plain = str(words).replace("\u202f", "\u00a0")
        return "".join(letter if letter in self.known else "?" for letter in plain)

    def _tax_number(self) -> str:
        number = self.facts["seller"]["tax_number"]
        return f"{self.facts['tax_name']} {number}" if number else ""

    def _row(
        self, name: str, amount: str, *, note: str = "", bold: bool = False, size: float = 10,
        colour: tuple[int, int, int] = INK,
    ) -> None:  # fmt: skip
        """A name on the left, its sum on the right edge; both stay on one sheet."""
        paper = self.paper
        if paper.will_page_break(14):
            paper.add_page()
        top = paper.get_y() + 1.2
        paper.set_xy(LEFT, top)
        self._text(name, size=size, bold=bold, colour=colour, width=WIDE - FIGURES)
        if note:
            self._text(note, size=8.5, colour=MUTED, width=WIDE - FIGURES)
        bottom = paper.get_y()
        paper.set_xy(RIGHT - FIGURES, top)
        self._text(self._money(amount), size=size, bold=bold, colour=colour, width=FIGURES, align="R")
        paper.set_xy(LEFT, max(bottom, paper.get_y()) + 1.2)

    def _text(
        self, words: Any, *, size: float, width: float, bold: bool = False, align: str = "L",
        colour: tuple[int, int, int] = INK,
    ) -> None:  # fmt: skip
        self.paper.set_font("text", "B" if bold else "", size)
        self.paper.set_text_color(*colour)
        self.paper.multi_cell(
            width, size * 0.5, self.clean(words), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT, wrapmode=WrapMode.WORD
        )

    def _rule(self) -> None:
        self.paper.set_draw_color(*LINE)
        self.paper.set_line_width(0.3)
        top = self.paper.get_y() + 1
        self.paper.line(LEFT, top, RIGHT, top)
        self.paper.set_y(top + 1)

    def _money(self, amount: str) -> str:
        return str(format_currency(Decimal(amount), self.facts["currency"], locale=self.locale)) if amount else ""

    def _when(self, moment: str) -> str:
        local = datetime.fromisoformat(moment).astimezone(ZoneInfo(self.facts["time_zone"]))
        return str(format_datetime(local, "d MMMM y, HH:mm", locale=self.locale))
