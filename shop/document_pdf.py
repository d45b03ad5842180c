"""A document as PDF, drawn from its facts alone: the same facts give the same page for ever."""

from typing import Any

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from ttf_opensans import OPENSANS_REGULAR, OPENSANS_SEMIBOLD

from shop.document_words import Paper, Row, paper
from shop.models import Document

Colour = tuple[int, int, int]
INK: Colour = (20, 33, 43)
MUTED: Colour = (90, 104, 114)
LINE: Colour = (227, 224, 216)
PINE: Colour = (31, 111, 92)
LEFT, RIGHT, WIDE = 20.0, 190.0, 170.0  # mm on A4
SHEETS = "{sheets}"  # stands for their number until all are drawn
FIGURES = 38.0  # mm for a column of money


def pdf(document: Document) -> bytes:
    """The document on A4. Letters that the typeface lacks (emoji, Arabic) are printed as a question mark."""
    sheet = Sheet(paper(document))
    sheet.set_creation_date(document.issued_at)
    sheet.draw()
    return bytes(sheet.output())


class Sheet(FPDF):
    """Draws from top to bottom; long documents go on with the next sheet, which says so."""

    def __init__(self, told: Paper) -> None:
        super().__init__(format="A4")
        self.told = told
        self.set_margins(LEFT, 20, 20)
        self.c_margin = 0  # words begin and end where the rules do
        self.set_auto_page_break(True, margin=26)
        self.add_font("text", "", OPENSANS_REGULAR.path)
        self.add_font("text", "B", OPENSANS_SEMIBOLD.path)
        typeface: Any = self.fonts["text"]
        self.known = {chr(code) for code in typeface.cmap}
        self.set_title(told.number)
        self.set_author(self.clean(told.seller))
        self.set_lang(told.language)
        self.alias_nb_pages(SHEETS)

    def draw(self) -> None:
        """All of it."""
        self.add_page()
        self.heads()
        self.lines()
        self.sums()
        self.payments()
        self.end()

    def header(self) -> None:
        """A bar in the house's colour; from the second sheet on the document's name as well."""
        self.set_fill_color(*PINE)
        self.rect(0, 0, 210, 4, style="F")
        if self.page_no() > 1:
            self._text(f"{self.told.title} {self.told.number}", size=9, colour=MUTED, width=WIDE)
            self.ln(4)

    def footer(self) -> None:
        """The number and the sheet, so that loose sheets find together."""
        self.set_y(-16)
        self.set_font("text", "", 8)
        self.set_text_color(*MUTED)
        self.multi_cell(WIDE, 4, f"{self.told.number}  ·  {self.page_no()} / {SHEETS}")

    def heads(self) -> None:
        """Who sells on the left, what this is on the right, and for whom."""
        told, top = self.told, self.get_y()
        self._text(told.seller, size=16, bold=True, width=100)
        for line in told.seller_lines:
            self._text(line, size=9, colour=MUTED, width=100)
        bottom = self.get_y()
        self.set_xy(120, top)
        self._text(told.title, size=16, bold=True, width=70, align="R")
        self._text(told.number, size=10, bold=True, width=70, align="R")
        for line in told.about:
            self._text(line, size=9, colour=MUTED, width=70, align="R")
        self.set_xy(LEFT, max(bottom, self.get_y()) + 8)
        self._text(told.heads["buyer"], size=9, colour=MUTED, width=WIDE)
        self._text(told.buyer, size=11, bold=True, width=WIDE)
        for line in told.buyer_lines:
            self._text(line, size=9, colour=MUTED, width=WIDE)
        self.ln(6)

    def lines(self) -> None:
        """What was sold, and how its price came about."""
        self._rule()
        for row in self.told.rows:
            self._row(row)
        self._rule()

    def sums(self) -> None:
        """The total, and the tax in it."""
        self._row(self.told.total, size=12)
        for tax in self.told.taxes:
            self._row(tax, size=9, colour=MUTED)
        self.ln(4)

    def payments(self) -> None:
        """What came and went until it was issued."""
        if not self.told.payments:
            return
        self._room(24)
        self._text(self.told.heads["payments"], size=11, bold=True, width=WIDE)
        self.ln(1)
        for row in self.told.payments:
            self._row(row)
        if self.told.left:
            self._rule()
            self._row(self.told.left)

    def end(self) -> None:
        """Notes, and the shop's small print."""
        self._room(8 + 5 * len(self.told.small_print + self.told.notes))
        self.ln(6)
        for line in self.told.notes:
            self._text(line, size=9, colour=MUTED, width=WIDE)
        if self.told.small_print:
            self.ln(3)
            self._rule()
            self.ln(1)
            for line in self.told.small_print:
                self._text(line, size=8, colour=MUTED, width=WIDE)

    def clean(self, words: Any) -> str:
        """Narrow spaces, which many locales put into sums, as plain ones; letters without a shape as question marks."""
        # Somebody may be called like the mark that becomes the number of sheets.
        plain = str(words).replace("\u202f", "\u00a0").replace(SHEETS, SHEETS.strip("{}"))
        return "".join(letter if letter in self.known else "?" for letter in plain)

    def _room(self, height: float) -> None:
        """Go on with the next sheet when less than this height (mm) is left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def _row(self, row: Row, *, size: float = 10, colour: Colour = INK) -> None:
        """A name on the left, its sum on the right edge; both stay on one sheet."""
        self._room(self._height(row, size))
        top = self.get_y() + 1.2
        self.set_xy(LEFT, top)
        self._text(row.name, size=size, bold=row.strong, colour=colour, width=WIDE - FIGURES)
        if row.note:
            self._text(row.note, size=8.5, colour=MUTED, width=WIDE - FIGURES)
        bottom = self.get_y()
        self.set_xy(RIGHT - FIGURES, top)
        self._text(row.amount, size=size, bold=row.strong, colour=colour, width=FIGURES, align="R")
        self.set_xy(LEFT, max(bottom, self.get_y()) + 1.2)

    def _height(self, row: Row, size: float) -> float:
        parts = [(row.name, size, row.strong), (row.note, 8.5, False)]
        return 2.4 + sum(self._wrapped(words, part, bold) for words, part, bold in parts if words)

    def _wrapped(self, words: str, size: float, bold: bool) -> float:
        self.set_font("text", "B" if bold else "", size)
        lines: Any = self.multi_cell(WIDE - FIGURES, size * 0.5, self.clean(words), dry_run=True, output="LINES")
        return len(lines) * size * 0.5

    def _text(
        self, words: Any, *, size: float, width: float, bold: bool = False, align: str = "L", colour: Colour = INK
    ) -> None:
        self.set_font("text", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(
            width, size * 0.5, self.clean(words), align=align, new_x=XPos.LEFT, new_y=YPos.NEXT, wrapmode=WrapMode.WORD
        )

    def _rule(self) -> None:
        self.set_draw_color(*LINE)
        self.set_line_width(0.3)
        top = self.get_y() + 1
        self.line(LEFT, top, RIGHT, top)
        self.set_y(top + 1)
