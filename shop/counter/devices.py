"""Finding the device that lies on the counter, by the same rule as in the shop window."""

from cms import catalogue, search
from cms.models import Subject
from cms.sites import Site
from shop.storefront.devices import live_devices

MOST = 6


def find_devices(*, site: Site, words: str) -> list[Subject]:
    """The first six published devices that fit the words, else those that nearly do. None for a single letter."""
    words = search.tidy(words)
    if len(words) < 2:
        return []
    found = search.find(catalogue.read(site), words)
    ids = list((found.devices or found.near)[:MOST])
    rows = live_devices().in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def device_named(slug: str) -> Subject | None:
    """The published device of that address, or None."""
    return live_devices().filter(slug=slug).first() if slug else None
