"""Which repair a text means: "Screen Replacement", "Akkutausch" and "frontGlass" against the shop's repair types."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from catalogue_import.match import CERTAIN, DOUBTFUL, SURE, Match
from catalogue_import.match_words import BRANDS, LINES
from catalogue_import.sources import repair_words

CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
SAME_THING = 96
VAGUE = frozenset(
    {
        "other",
        "others",
        "misc",
        "miscellaneous",
        "sonstiges",
        "andere",
        "autre",
        "autres",
        "outro",
        "outros",
        "otro",
        "otros",
        "altro",
        "altri",
        "overig",
        "其他",
        "其它",
    }
)
# What is done to a part says little: a screen "repair" and a screen "replacement" are sold as the same.
ACTIONS = frozenset(
    [
        "维修",
        "維修",
        "更换",
        "更換",
        "换",
        "換",
        "修理",
        "交換",
        "服务",
        "服務",
        "repair",
        "repairs",
        "replacement",
        "replacements",
        "replace",
        "replacing",
        "fix",
        "fixing",
        "service",
        "exchange",
        "swap",
        "change",
        "reparatur",
        "tausch",
        "austausch",
        "wechsel",
        "wechseln",
        "ersatz",
        "erneuern",
        "reparation",
        "remplacement",
        "changement",
        "reparo",
        "troca",
        "substituicao",
        "conserto",
        "reparacao",
        "reparacion",
        "cambio",
        "sustitucion",
        "reemplazo",
        "riparazione",
        "sostituzione",
        "reparatie",
        "vervangen",
        "vervanging",
        "temir",
        "deyisdirilmesi",
        "of",
        "the",
        "and",
        "for",
        "de",
        "du",
        "da",
        "do",
        "des",
        "la",
        "le",
        "il",
        "el",
        "assembly",
        "module",
        "unit",
        "new",
        "treatment",
    ]
)
# The words of one part, each folded; the longest stands for the part it names.
PARTS: dict[str, tuple[str, ...]] = {
    "screen": ("screen", "display", "lcd", "oled", "touchscreen", "bildschirm", "ecran", "pantalla", "tela", "ecra", "schermo", "scherm", "beeldscherm", "ekran", "屏幕", "螢幕", "显示屏", "面板", "画面"),
    "battery": ("battery", "akku", "batterie", "bateria", "batteria", "batterij", "accu", "batareya", "电池", "電池", "バッテリー"),
    "back glass": ("back glass", "rear glass", "back cover", "rear cover", "backcover", "ruckseite", "backglass", "vitre arriere", "tampa traseira", "vidro traseiro", "tapa trasera", "vetro posteriore", "achterkant", "后盖", "後蓋", "背蓋", "背板"),
    "front glass": ("front glass", "frontglass", "glass only", "frontglas", "外屏", "玻璃"),
    "charging port": ("charging port", "charge port", "charger port", "dock connector", "usb port", "usb c port", "ladebuchse", "ladeanschluss", "connecteur de charge", "connecteur charge", "conector de carga", "conector carga", "puerto de carga", "connettore di ricarica", "laadpoort", "oplaadpoort", "充电口", "充電孔", "尾插"),
    "rear camera": ("rear camera", "back camera", "main camera", "hauptkamera", "ruckkamera", "camera arriere", "camera traseira", "camara trasera", "后摄像头", "後鏡頭", "主鏡頭"),
    "front camera": ("front camera", "selfie camera", "frontkamera", "camera avant", "camera frontal", "camara frontal", "前摄像头", "前鏡頭"),
    "camera": ("camera", "kamera", "camara", "appareil photo", "fotocamera", "摄像头", "鏡頭"),
    "speaker": ("speaker", "loudspeaker", "lautsprecher", "haut parleur", "alto falante", "altavoz", "altoparlante", "luidspreker", "扬声器", "喇叭"),
    "microphone": ("microphone", "mic", "mikrofon", "micro", "microfone", "microfono", "microfoon", "麦克风"),
    "keyboard": ("keyboard", "tastatur", "clavier", "teclado", "tastiera", "toetsenbord", "klaviatura", "键盘"),
    "liquid damage": ("liquid damage", "water damage", "wasserschaden", "degat des eaux", "oxydation", "dano por agua", "danos por liquido", "waterschade", "进水", "泡水"),
    "data": ("data recovery", "data rescue", "datenrettung", "recuperation de donnees", "recuperacao de dados", "recuperacion de datos"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """A repair type of the shop: the slug of the node that it is offered for, empty for everything."""

    slug: str
    name: str
    subject: str = ""
    also_called: str = ""


@lru_cache(maxsize=5_000)
def folded(text: str) -> str:
    """Words of a repair without case, accents and signs; "frontGlass" is "front glass"."""
    said = CAMEL.sub(" ", unicodedata.normalize("NFKC", text)).casefold().replace("ß", "ss").replace("ə", "e")
    plain = "".join(one for one in unicodedata.normalize("NFKD", said) if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", plain.replace("_", " ")))


WORDS = sorted(
    {(folded(word), part) for one in (PARTS, repair_words.PARTS) for part, some in one.items() for word in some},
    key=lambda pair: (-len(pair[0]), pair),
)
# The device may be named or not: a shop's "Tablet battery replacement" is meant by "Battery" in the row of a tablet.
OF_DEVICES = (
    LINES
    | BRANDS
    | {
        "phone",
        "tablet",
        "laptop",
        "notebook",
        "console",
        "handheld",
        "watch",
        "desktop",
        "computer",
        "pc",
        "i",
        "pad",
        "mac",
        "book",
    }
)
ALL_ACTIONS = ACTIONS | {word for action in repair_words.ACTIONS for word in folded(action).split()}


@lru_cache(maxsize=5_000)
def part_of(text: str) -> str:
    """The part that a repair is about when its words say it and nothing else but what is done to it; else empty."""
    said = folded(text)
    for word, part in WORDS:
        if (f" {word} " in f" {said} ") if word.isascii() else (word in said):
            rest = f" {said} ".replace(f" {word} " if word.isascii() else word, " ", 1)
            return part if all(one in ALL_ACTIONS or one in word for one in rest.split()) else ""
    return _compound(said)


def _compound(said: str) -> str:
    """German and Dutch words are written in one: Displaytausch, Akkuwechsel, schermreparatie."""
    for word, part in WORDS:
        rest = said.removeprefix(word)
        if rest != said and len(word) > 3 and rest.strip() in ALL_ACTIONS:
            return part
    return ""


def vague(text: str) -> bool:
    """Whether a text names no repair at all, such as "other"."""
    return folded(text) in VAGUE


def named_parts(text: str) -> bool:
    """Whether a text speaks of a part or of mending at all."""
    said = folded(text)
    return any((f" {word} " in f" {said} ") if word.isascii() else word in said for word, _part in WORDS) or bool(
        set(said.split())
        & (
            ACTIONS
            - {
                "of",
                "the",
                "and",
                "for",
                "de",
                "du",
                "da",
                "do",
                "des",
                "la",
                "le",
                "il",
                "el",
                "new",
                "unit",
                "module",
                "service",
            }
        )
    )


def find(text: str, offered: Iterable[Offered]) -> list[Match]:
    """The repair types that a text may mean, among those that are offered for its device; the surest first."""
    said = folded(text)
    part = part_of(_bare(said))
    found: list[Match] = []
    for kind in offered:
        names = [kind.name, *(name for name in kind.also_called.split(",") if name.strip())]
        worth = max(_worth(said, part, name) for name in names)
        if said in (folded(kind.slug),):
            worth = CERTAIN
        if worth >= DOUBTFUL:
            found.append(Match(kind.slug, kind.name, worth))
    found.sort(key=lambda one: -one.confidence)
    if len(found) > 1 and found[0].confidence < CERTAIN and found[0].confidence == found[1].confidence:
        return [Match(one.slug, one.name, min(one.confidence, SURE - 5)) for one in found]
    return found


def _worth(said: str, part: str, name: str) -> int:
    other = folded(name)
    if other == said:
        return CERTAIN
    theirs = part_of(_bare(other))
    if part and theirs == part or _tight(said) == _tight(other) != "":
        return SAME_THING
    if part and theirs:
        one, other_part = set(part.split()), set(theirs.split())
        return DOUBTFUL + 5 if one < other_part or other_part < one else 0  # a camera may be the rear camera
    if (theirs_too := parts_in(other)) and theirs_too <= parts_in(said):
        return DOUBTFUL  # "Charging port cleaning" may be the charging port repair, and may not
    return min(int(fuzz.ratio(said, other)), SURE - 1)


@lru_cache(maxsize=5_000)
def parts_in(said: str) -> frozenset[str]:
    """The parts that a folded repair speaks of, whatever else it says."""
    found, rest = set(), f" {said} "
    for word, part in WORDS:
        at = f" {word} " if word.isascii() else word
        if at in rest:
            found.add(part)
            rest = rest.replace(at, "  ")
    return frozenset(found)


def _bare(said: str) -> str:
    """A folded repair without the words for devices; one that is nothing else stays."""
    return " ".join(word for word in said.split() if word not in OF_DEVICES) or said


def _tight(said: str) -> str:
    """What a folded repair is about, written in one: "Joy-Con drift repair" and "joycon drift" are the same."""
    return "".join(word for word in _bare(said).split() if word not in ALL_ACTIONS)
