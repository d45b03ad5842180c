"""How long a repair takes, as people write it: "30 minutes to 2 hours", "1-2 hrs", "1h30", "same day"."""

import re
from functools import lru_cache

from catalogue_import.amount_words import NULLS
from catalogue_import.amounts import plain

DAY = 8 * 60  # a day at the bench
LONGEST = 14 * 24 * 60  # minutes, as the repair type takes
UNITS = {
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "minuten": 1, "minuto": 1, "minutos": 1, "minuti": 1, "minuut": 1, "dəqiqə": 1, "分": 1, "分钟": 1, "分鐘": 1,
    "'": 1, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60, "std": 60, "stunde": 60, "stunden": 60, "heure": 60, "heures": 60, "hora": 60, "horas": 60, "ora": 60,
    "ore": 60, "uur": 60, "uren": 60, "saat": 60, "小时": 60, "小時": 60, "d": DAY, "day": DAY, "days": DAY, "tag": DAY, "tage": DAY, "jour": DAY, "jours": DAY, "dia": DAY,
    "dias": DAY, "día": DAY, "días": DAY, "giorno": DAY, "giorni": DAY, "dag": DAY, "dagen": DAY, "gün": DAY, "天": DAY, "日": DAY,
    "godz": 60, "godzina": 60, "godziny": 60, "godzin": 60, "hod": 60, "hodina": 60, "hodiny": 60, "hodin": 60, "minut": 1, "minuta": 1, "minuty": 1, "dk": 1, "dakika": 1, "sa": 60, "мин": 1,
    "минут": 1, "минуты": 1, "минута": 1, "хв": 1, "час": 60, "часа": 60, "часов": 60, "ч": 60, "год": 60, "день": DAY, "дня": DAY, "дней": DAY, "دقيقة": 1, "دقائق": 1, "ساعة": 60, "ساعات": 60,
    "يوم": DAY, "أيام": DAY, "דקות": 1, "דק": 1, "שעה": 60, "שעות": 60, "יום": DAY, "ימים": DAY, "λεπτά": 1, "ώρα": 60, "ώρες": 60, "ημέρα": DAY, "ημέρες": DAY, "perc": 1,
    "óra": 60, "nap": DAY, "timme": 60, "timmar": 60, "tim": 60, "time": 60, "timer": 60, "dagar": DAY, "dage": DAY, "oră": 60, "zi": DAY, "zile": DAY, "dzień": DAY, "dni": DAY,
    "den": DAY, "dny": DAY, "분": 1, "시간": 60, "일": DAY, "week": 5 * DAY, "weeks": 5 * DAY,
}  # fmt: skip
WORDS = {"same day": DAY, "next day": 2 * DAY, "while you wait": 60, "am selben tag": DAY, "mesmo dia": DAY}
PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+|')?\.?")
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})$")


class DurationNotReadable(Exception):
    """A time that cannot be understood."""

    code = "duration_not_readable"


@lru_cache(maxsize=1_000)
def minutes_of(text: str, unit: int = 1) -> int | None:
    """Minutes at the bench, of a span the longer end; None for a blank. `unit`: minutes of a number without one.

    A day is eight hours. Raises DurationNotReadable.
    """
    said = plain(text).strip(" .~")
    if said in NULLS:
        return None
    if said in WORDS:
        return WORDS[said]
    if clock := CLOCK.match(said):
        return _in_reach(int(clock[1]) * 60 + int(clock[2]), text)
    last, parts = (
        "",
        [part for part in re.split(r"\s*(?:-|–|—|\bto\b|\bbis\b|\baté\b|\bà\b|\ba\b|\btot\b)\s*", said) if part],
    )
    ends = []
    for part in reversed(parts):
        value, last = _minutes(part, last, unit, text)
        ends.append(value)
    return _in_reach(max(ends, default=0), text)


def _minutes(part: str, last: str, unit: int, text: str) -> tuple[int, str]:
    """One end of a span, and its unit for an end before it that has none."""
    found = PART.findall(part)
    rest = PART.sub("", part).strip(" ,+&.")
    if not found or rest not in {"", "and", "und", "et", "e", "y", "about", "approx", "ca", "up"}:
        raise DurationNotReadable(text[:60])
    total, before = 0.0, ""
    for amount, name in found:
        if name and name not in UNITS:
            raise DurationNotReadable(text[:60])
        each = UNITS[name] if name else 1 if before and UNITS[before] == 60 else UNITS[last] if last else unit
        value = float(amount.replace(",", "."))
        total += (
            value / 24 * DAY if each == 60 and value >= 24 and value % 24 == 0 else value * each
        )  # 48 hours: two days
        before = name
    return round(total), before or last


def _in_reach(minutes: int, text: str) -> int:
    if not 1 <= minutes <= LONGEST:
        raise DurationNotReadable(text[:60])
    return max(5, minutes)
