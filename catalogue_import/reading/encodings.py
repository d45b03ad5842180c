"""Bytes to text: which encoding a file is in, and mending text that somebody else decoded wrongly.

Text is mended only when the damage can be turned back without loss; what only looks damaged is counted and said.
"""

import codecs
import html
import re
from collections.abc import Callable, Iterable
from decimal import Decimal

from charset_normalizer import from_bytes

from catalogue_import.reading.facts import Facts

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE, TRIED = 200_000, 20_000
ALPHABETS = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8-r",
    "cp949",
    "cp932",
    "gb18030",
    "big5",
)
CELLS = re.compile(r'[,;\t|"]')
PATCHED = "utf-8 with windows-1252"
WRONG = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)
WRONG_TWICE = re.compile("\u00c3[\u0080-\u00bf\u0192\u2018-\u2122]|\u00c2[\u0080-\u00bf]|\u00e2\u20ac")
ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2})+")
ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,12});")
DAMAGED = re.compile("\ufffd|\\\\x[0-9a-fA-F]{2}|[A-Za-z]\\?[\u0080-\u00bf]|[A-Za-z]\\?[a-z]{2,}")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MIXED = re.compile(r"\w*(?:[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z])\w*")
# Letters of other alphabets that look like Latin ones, as they come into names by a keyboard left switched over.
ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "aeopcyxijsABEKMHOPCTXIJSABEZHIKMNOPTYXo",
)
NEUTRALISED = re.compile(r"^'+[=+\-@\t\r]")  # as our exports write what a spreadsheet would take for a formula
# Bytes that Windows-1252 leaves undefined pass through, as every program that made the damage let them.
UNDEFINED = {byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def detect(blocks: Iterable[bytes], facts: Facts, tells: Callable[[str], float] = lambda _text: 0) -> str:
    """The name of the encoding of a file, given in blocks of bytes. Python's name, but for PATCHED.

    `tells` says how much sense a cell makes, 0 to 1: by that one alphabet is told from another.
    """
    decoder, first, broken, fine = codecs.getincrementaldecoder("utf-8")("strict"), b"", 0, 0
    strict = True
    for block in blocks:
        first = first or block[:SAMPLE]
        if strict:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                strict = False
        fine += len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]+", block))
        broken += len(re.findall(rb"(?<![\x80-\xf4])[\x80-\xff](?![\x80-\xbf])", block))
    for mark, name in BOMS:
        if first.startswith(mark):
            return name
    if wide := _wide_without_mark(first):
        return wide
    if strict:
        return "utf-8"
    if fine > broken * 3:
        return PATCHED
    return _single_byte(first, tells)


def _wide_without_mark(first: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is zero."""
    even, odd = first[0:4000:2].count(0), first[1:4000:2].count(0)
    half = max(1, min(2000, len(first) // 2))
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _single_byte(first: bytes, tells: Callable[[str], float]) -> str:
    """The encoding under which headers, repairs and currencies make sense. Where none does: few high bytes among
    letters are western; many are another script, whose name is a guess."""
    whole = first[:TRIED].rpartition(b"\n")[0] or first[:TRIED]
    best, most = "", 0.0
    for name in ALPHABETS:
        if (sense := _sense(whole, name, tells)) > most:
            best, most = name, sense
    if best:
        return best
    high = sum(byte > 127 for byte in first)
    letters = sum(65 <= byte <= 122 for byte in first)
    if high < letters * 0.25:
        return "cp1252"
    guess = from_bytes(first).best()
    return guess.encoding if guess is not None else "cp1252"


def _sense(raw: bytes, name: str, tells: Callable[[str], float]) -> float:
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        return 0
    cells = {cell.strip() for line in text.splitlines()[:40] for cell in CELLS.split(line)}
    return sum(tells(cell) for cell in cells if cell and not cell.isascii())


def patch(error: UnicodeError) -> tuple[str, int]:
    """An error handler for codecs: bytes that are not UTF-8 are read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw = error.object[error.start : error.end]
    return "".join(_western(byte) for byte in raw), error.end


def _western(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "replace")


codecs.register_error("mendwell_patch", patch)


def opened_as(name: str) -> dict[str, str]:
    """What `open` or TextIOWrapper needs to be told for an encoding that `detect` named."""
    if name == PATCHED:
        return {"encoding": "utf-8-sig", "errors": "mendwell_patch"}
    return {"encoding": name, "errors": "replace"}


def clean(text: str, facts: Facts) -> str:
    """A cell as it was meant: control characters gone, wrong decodings turned back, outer blanks off.

    What only looks damaged stays as it is and is counted in `facts`.
    """
    if text.startswith("'") and NEUTRALISED.match(text):
        text = text[1:]
    if facts.own:
        return text
    text = text.strip(" \t\r\n\u00a0")
    if text.isascii() and "\\x" not in text and "&" not in text and "?" not in text and text.isprintable():
        return text
    kept = CONTROLS.sub("", text)
    if kept != text:
        facts.seen["cleaned"] += 1
    if kept != (latin := MIXED.sub(_latin, kept)):
        facts.seen["alike"] += 1
        kept = latin
    mended = mend(kept)
    if mended != kept:
        facts.seen["repaired"] += 1
    elif DAMAGED.search(mended):
        facts.seen["damaged"] += 1
    return mended.strip()


def _latin(match: re.Match[str]) -> str:
    """A word of two alphabets in one, when the letters that are not Latin only look as if they were."""
    word = match[0].translate(ALIKE)
    return word if word.isascii() else match[0]


def number_as_text(value: Decimal) -> str:
    """A number that a program wrote. Its point is no mark of thousands: 12.345 becomes 12.3450, which is clear."""
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return str(value)
    text = format(value.normalize(), "f")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def mend(text: str) -> str:
    """Turn a wrong decoding back, twice at most, and only when nothing is lost by it."""
    for pattern in (WRONG, WRONG_TWICE):
        if not pattern.search(text):
            break
        back = _turned_back(text)
        if back is None or back == text:
            break
        text = back
    if "\\x" in text:
        text = ESCAPES.sub(_unescaped, text)
    return html.unescape(text) if ENTITY.search(text) else text


def _turned_back(text: str) -> str | None:
    """The text whose UTF-8 bytes were read as Windows-1252; None when that is not what happened."""
    raw = bytearray()
    for letter in text:
        code = ord(letter)
        if code in UNDEFINED:
            raw.append(code)
            continue
        try:
            raw += letter.encode("cp1252")
        except UnicodeEncodeError:
            return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _unescaped(match: re.Match[str]) -> str:
    raw = bytes.fromhex(match[0].replace("\\x", ""))
    try:
        return raw.decode("utf-8") if any(byte > 127 for byte in raw) else match[0]
    except UnicodeDecodeError:
        return match[0]
