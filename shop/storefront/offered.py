"""What the shop window offers: every repair with its lowest price, worked out in bulk."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cms.models import RepairType, Subject
from cms.sites import Site
from shop import facts
from shop.storefront.devices import live_devices

DEVICES_LOOKED_AT = 200


@dataclass(frozen=True)
class Offered:
    """One repair with the lowest gross price it has on any device, and the device of that price."""

    repair_type: RepairType
    device: Subject
    price: Decimal
    currency: str


def offered(*, site: Site, at: datetime, limit: int = 8) -> list[Offered]:
    """The first repairs in the shop's order, each from its lowest price. Three statements for any number."""
    found: dict[int, Offered] = {}
    devices = list(live_devices()[:DEVICES_LOOKED_AT])
    for device, repairs in facts.repairs_of_many(site=site, devices=devices, at=at):
        for fact in repairs:
            best = found.get(fact.repair_type.pk)
            if best is None or fact.price.total < best.price:
                found[fact.repair_type.pk] = Offered(fact.repair_type, device, fact.price.total, fact.price.currency)
    shown = sorted(found.values(), key=lambda s: (s.repair_type.sort_order, s.repair_type.name))
    return shown[:limit]
