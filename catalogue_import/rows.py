"""What a catalogue file says, once its own column names and oddities are gone."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal


class RowNotReadable(Exception):
    """A file, or a row of it, that cannot be understood; the text names the place and the reason."""

    code = "row_not_readable"


@dataclass(frozen=True)
class SubjectRow:
    """A family, category or device. `parent` is the slug of the node above, empty for a family.

    `common_issues` are complaints in customers' words, one a line.
    """

    kind: str
    slug: str
    name: str
    parent: str = ""
    brand: str = ""
    year: int | None = None
    model_codes: str = ""
    description: str = ""
    preparation: str = ""
    common_issues: str = ""
    icon: str = "wrench"
    sort_order: int = 0
    also_called: str = ""
    difficulty: str = ""
    specifications: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class RepairTypeRow:
    """A repair type. `subject` is the slug of the node it is offered for, empty for a treatment."""

    slug: str
    name: str
    subject: str = ""
    summary: str = ""
    description: str = ""
    preparation: str = ""
    minutes: int = 60
    warranty_days: int = 90
    difficulty: str = "medium"
    sort_order: int = 0
    also_called: str = ""
    heading: str = ""
    parts_required: tuple[str, ...] = ()


def lines_of(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


@dataclass(frozen=True)
class PriceRow:
    """The gross price of a repair type for a node of the catalogue. `price` is None on request or where not offered."""

    repair_type: str
    subject: str
    currency: str
    price: Decimal | None
    kind: str = "fixed"
    price_max: Decimal | None = None
    part_grade: str = ""
    minutes: int | None = None
    warranty_days: int | None = None


@dataclass(frozen=True)
class RuleRow:
    """A rule on prices. Its dates are told as days from the day of the import, so that a pack does not age."""

    name: str
    value: Decimal
    effect: str = "multiply"
    reason: str = ""
    priority: int = 0
    group: str = ""
    stop: bool = False
    subject: str = ""
    brand: str = ""
    repair_type: str = ""
    older_than_years: int | None = None
    at_most_years: int | None = None
    year_from: int | None = None
    year_until: int | None = None
    condition: str = ""
    urgency: str = ""
    service_type: str = ""
    part_grade: str = ""
    add_on: str = ""
    weekdays: tuple[int, ...] = ()
    visit_from: time | None = None
    visit_until: time | None = None
    starts_in: timedelta | None = None
    ends_in: timedelta | None = None


@dataclass(frozen=True)
class AddOnRow:
    """Something that may be added to a repair at a fixed gross price in the shop's currency."""

    slug: str
    name: str
    price: Decimal
    description: str = ""
    subject: str = ""
    repair_type: str = ""
    sort_order: int = 0


Row = SubjectRow | RepairTypeRow | PriceRow | RuleRow | AddOnRow


@dataclass(frozen=True)
class Pack:
    """One catalogue: subjects parents first, then repair types, prices, add-ons and the rules that may name them."""

    subjects: tuple[SubjectRow, ...] = ()
    repair_types: tuple[RepairTypeRow, ...] = ()
    prices: tuple[PriceRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    add_ons: tuple[AddOnRow, ...] = ()

    def rows(self) -> tuple[Row, ...]:
        """Every row, in the order in which they can be written."""
        return (*self.subjects, *self.repair_types, *self.prices, *self.add_ons, *self.rules)
