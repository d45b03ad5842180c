"""What every provider's check says in the same words: clock, place, currencies, events. No network, no settings."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime

from shop.payments.base import Finding


def ending(key: str) -> str:
    """How a key is called in a text: by its last four signs, or not at all when it is short."""
    return f"…{key[-4:]}" if len(key) >= 12 else "…"


def clock(name: str, told_at: str, at: datetime) -> Finding:
    """Our clock beside the provider's, whose signatures are good for five minutes."""
    try:
        seconds = round((at - parsedate_to_datetime(told_at)).total_seconds())
    except (TypeError, ValueError):
        return Finding("warning", f"{name} told no time, so the clock could not be compared.")
    apart = f"This machine's clock is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} {name}'s."
    mend = "Let this machine keep its time by NTP (timedatectl set-ntp true)."
    if abs(seconds) > 300:
        return Finding("error", f"{apart} Its messages are turned away as too old or from the future.", mend)
    return Finding("warning", apart, mend) if abs(seconds) > 60 else Finding("ok", f"The clock is right: {apart}")


def place(name: str, *, live: bool, base: str, usual: str, timeout: float) -> Iterator[Finding]:
    """Which money it is, where it is asked, and for how long a page waits."""
    mode = "Live: real money is taken." if live else "Test: no real money is taken."
    yield Finding("ok", mode)
    if base != usual:
        yield Finding(
            "ok" if not live else "warning",
            f"{name} is asked at {base}, which is not its usual address.",
            "" if not live else f"Take the address out of the environment: it is {usual} by itself.",
        )
    if not 2 <= timeout <= 12:
        yield Finding(
            "warning", f"One try may take {timeout:g} seconds.", "Set the time-out to between 2 and 12 seconds."
        )
    else:
        yield Finding("ok", f"One try may take {timeout:g} seconds; a page waits 12 in all at most.")


def money(name: str, wanted: Sequence[str], taken: Iterable[str]) -> Finding:
    """Whether it takes what the shops sell in."""
    lacking = [code for code in wanted if code not in taken]
    if lacking:
        return Finding(
            "error",
            f"{name} cannot take {', '.join(lacking)}.",
            "Offer another way to pay in shops of that currency, or take the currency out under Prices.",
        )
    return Finding("ok", f"It takes what the shops sell in: {', '.join(wanted) or 'no shop has a currency yet'}.")


def events(name: str, *, heard: set[str], wanted: set[str], where: str) -> Finding:
    """Whether all events that we understand are sent to us."""
    lacking = sorted(wanted - heard) if "*" not in heard else []
    if lacking:
        return Finding("error", f"These events are not sent to us: {', '.join(lacking)}.", f"Tick them {where}.")
    return Finding("ok", f"All {len(wanted)} events that we understand are sent to us.")
