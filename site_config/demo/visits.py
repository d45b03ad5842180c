"""The bookings that a demo begins with, as repairs.json of its pack tells them; every day is told from today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from site_config.demo.packs import Pack


@dataclass(frozen=True)
class Move:
    """A step on the bench: to which status, how many hours after the visit began, what the customer is told."""

    to: str
    hours: float
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A file of the pack's photos, the status after which it was taken ("": it was sent in), and its caption."""

    file: str
    caption: str = ""
    after: str = ""


@dataclass(frozen=True)
class Message:
    """What the bench wrote to the customer, hours after the visit began."""

    hours: float
    text: str


@dataclass(frozen=True)
class Money:
    """What became of the money, hours after the visit began: `what` is refunded (of the last payment, `amount`),
    cancelled (before the visit, keeping `amount`), disputed, late (paid when the time was given away), or held (the
    bank promises the deposit until the thing is here)."""

    what: str
    hours: float
    amount: str = ""
    reason: str = "customer"
    note: str = ""


@dataclass(frozen=True)
class Visit:
    """One booking: on which day from today, when, who, what, and how far it has come."""

    day: int
    start: time
    name: str
    repair: str
    device: str = ""
    problem: str = ""
    condition: str = "good"
    urgency: str = "standard"
    hand_over: str = "in-store"
    part_grade: str = ""
    pay_by: str = "in_store"
    role: str = ""
    add_ons: tuple[str, ...] = ()
    promised: float | None = None  # hours after the visit began
    address: Mapping[str, str] | None = None
    photos: tuple[Picture, ...] = ()
    moves: tuple[Move, ...] = ()
    messages: tuple[Message, ...] = ()
    money: tuple[Money, ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """What the price depends on."""
        return {
            "condition": self.condition,
            "urgency": self.urgency,
            "service_type": self.hand_over.replace("-", "_"),
            "part_grade": self.part_grade,
        }


def visits_of(pack: Pack) -> list[Visit]:
    """The bookings of a pack, by day and hour; none where it tells of none."""
    told = (pack.read("repairs.json") or {}).get("repairs", [])
    return sorted((_visit(row) for row in told), key=lambda visit: (visit.day, visit.start))


def _visit(row: Mapping[str, Any]) -> Visit:
    more = {
        "start": time.fromisoformat(row["start"]),
        "add_ons": tuple(row.get("add_ons", ())),
        "photos": tuple(Picture(**picture) for picture in row.get("photos", ())),
        "moves": tuple(Move(**move) for move in row.get("moves", ())),
        "messages": tuple(Message(**message) for message in row.get("messages", ())),
        "money": tuple(Money(**told) for told in row.get("money", ())),
    }
    return Visit(**{**row, **more})
