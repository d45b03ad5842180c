"""What the board is narrowed down to; it lives in the address, so that it can be kept and sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.models import Subject
from repairs.bench.cards import PROMISE_OVER
from repairs.bench.people import Person
from repairs.models import Job

MINE, NOBODY = "mine", "nobody"
HAND_OVERS = (("in_store", _("In the shop")), ("courier", _("Courier")), ("postal", _("By post")))
MOST_FAMILIES = 40


@dataclass(frozen=True)
class Filters:
    """Each empty one lets everything through."""

    who: str = ""
    urgent: bool = False
    overdue: bool = False
    family: str = ""
    hand_over: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is narrowed down."""
        return self != Filters()

    @property
    def query(self) -> str:
        """The part of an address that says the same again, such as ?who=mine; blank without any."""
        given = {name: "1" if value is True else value for name, value in vars(self).items() if value}
        return f"?{urlencode(given)}" if given else ""

    def applied(self, jobs: QuerySet[Job], *, me: int, people: Sequence[Person], at: datetime) -> QuerySet[Job]:
        """Those of the jobs that pass. A person nobody knows has no jobs."""
        if self.who == NOBODY:
            jobs = jobs.filter(technician=None)
        elif self.who:
            known = {MINE: me} | {person.word: person.pk for person in people}
            jobs = jobs.filter(technician=known.get(self.who, 0))
        if self.urgent:
            jobs = jobs.filter(urgent=True)
        if self.overdue:
            jobs = jobs.filter(promised_at__lt=at).exclude(status__in=PROMISE_OVER)
        if self.family:
            at_any_height = [f"device__{up}slug" for up in ("", "parent__", "parent__parent__")]
            wanted = Q(**{at_any_height[0]: self.family})
            for height in at_any_height[1:]:
                wanted |= Q(**{height: self.family})
            jobs = jobs.filter(wanted)
        if self.hand_over:
            jobs = jobs.filter(hand_over=self.hand_over)
        return jobs

    def without(self, **changed: Any) -> "Filters":
        """The same with other values."""
        return replace(self, **changed)


def read(given: Mapping[str, Any]) -> Filters:
    """The filters of an address; what makes no sense counts as not given."""
    words = {name: _word(given.get(name, "")) for name in ("who", "family", "hand_over")}
    if words["hand_over"] not in dict(HAND_OVERS):
        words["hand_over"] = ""
    return Filters(urgent=given.get("urgent") == "1", overdue=given.get("overdue") == "1", **words)


def families() -> list[tuple[str, str]]:
    """Slug and name of each family of the catalogue. One statement."""
    rows = Subject.objects.filter(kind=Subject.Kind.FAMILY).order_by("sort_order", "name")
    return list(rows.values_list("slug", "name")[:MOST_FAMILIES])


def _word(text: str) -> str:
    """The text if it is one word of an address, else nothing."""
    return text if len(text) <= 140 and text.replace("-", "").replace("_", "").isalnum() else ""
