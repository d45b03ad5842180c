"""Every public place of a shop: pages, screens, families, categories, devices and repairs with a price.

The sitemap and the API's list of it print the same places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cms import catalogue, hidden
from cms.models import Subject
from cms.paths import Paths
from cms.sites import Site
from shop import facts
from shop.storefront import price_list

SCREENS = ("devices", "prices", "services")


@dataclass(frozen=True)
class Place:
    """One place. `kind`: page, screen, family, category, device or repair. `alternates`: language and path of each."""

    path: str
    kind: str
    changed_at: datetime | None = None
    alternates: tuple[tuple[str, str], ...] = ()


def places(*, site: Site, paths: Paths, at: datetime) -> list[Place]:
    """Every place once, pages first. Seven statements for any number."""
    found: dict[str, Place] = {}
    for place in (*pages(paths), *_screens(site, paths), *_catalogue(site, at)):
        found.setdefault(place.path, place)
    return list(found.values())


def pages(paths: Paths) -> Iterator[Place]:
    """The public pages in every language, without those that editors keep out of search engines."""
    rows = hidden.not_hidden(paths)
    families: dict[object, list[tuple[str, str]]] = {}
    for row in rows:
        families.setdefault(row.translation_key, []).append((paths.code_of(row.locale_id), paths.path(row)))
    for row in rows:
        family = tuple(families[row.translation_key])
        path = paths.path(row)
        kind = "screen" if path.strip("/") in SCREENS else "page"
        yield Place(path, kind, row.last_published_at, family if len(family) > 1 else ())


def _screens(site: Site, paths: Paths) -> Iterator[Place]:
    missing = set() if catalogue.tree(site).families() else {"devices"}
    for name in sorted(set(SCREENS) - hidden.hidden_screens(paths) - missing):
        yield Place(reverse(name), "screen")


def _catalogue(site: Site, at: datetime) -> Iterator[Place]:
    known = catalogue.read(site)
    for node in [*known.families(), *known.categories()]:
        yield Place(reverse("kind", args=[node.slug]), node.kind)
    for device, repairs in facts.repairs_of_many(site=site, devices=price_list.live_devices(), at=at):
        changed = _changed(device)
        yield Place(reverse("device", args=[device.slug]), "device", changed)
        for fact in repairs:
            yield Place(reverse("repair", args=[device.slug, fact.repair_type.slug]), "repair", changed)


def _changed(subject: Subject) -> datetime | None:
    return subject.last_published_at
