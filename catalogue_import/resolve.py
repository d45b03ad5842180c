"""From entries to rows of the catalogue: which device, which repair, what is new, and what only a person can tell.

Pure: it is given what the catalogue has and asks no database.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue_import.devices import Devices
from catalogue_import.doubts import Doubts, Skipped
from catalogue_import.reading.tables import Fault
from catalogue_import.repairs import Repairs
from catalogue_import.rows import PriceRow
from catalogue_import.sources.entries import Entry


@dataclass(frozen=True, slots=True)
class Priced:
    """A price with its place in the file and how sure its device and repair are."""

    number: int
    row: PriceRow
    confidence: int
    column: str


class Resolver:
    """Reads entries one by one; what it learned about devices, groups and repairs is there at the end."""

    def __init__(self, *, devices: Devices, repairs: Repairs, doubts: Doubts, home: str) -> None:
        self.devices, self.repairs, self.doubts, self.home = devices, repairs, doubts, home

    def read(self, entry: Entry) -> Priced | Fault | Skipped | None:
        """One entry; None when it speaks of a device alone, which is then among the wishes."""
        if not entry.model and not entry.repair:
            return Fault(entry.number, "", "", _("The row names neither a device nor a repair."))
        if len(entry.model) > 120:
            return Fault(
                entry.number, "", entry.model[:200], _("The name of the device is longer than 120 characters.")
            )
        place = self.devices.place(entry)
        if isinstance(place, Skipped):
            return place
        node, sure = place
        if not entry.repair:
            return None
        if len(entry.repair) > 120:
            return Fault(
                entry.number, "", entry.repair[:200], _("The name of the repair is longer than 120 characters.")
            )
        if entry.amount is None:
            return Skipped("blank")
        found = self.repairs.find(entry, node, self.devices.path(node))
        if isinstance(found, Skipped):
            return found
        row = PriceRow(
            repair_type=found[0],
            subject=node,
            currency=entry.currency or self.home,
            price=entry.amount.price,
            kind=entry.amount.kind,
            price_max=entry.amount.price_max,
            part_grade=entry.grade,
            minutes=entry.minutes,
            warranty_days=entry.warranty_days,
        )
        return Priced(entry.number, row, min(sure, found[1]), entry.column)
