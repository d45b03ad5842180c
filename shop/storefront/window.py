"""What stands around every page and in the home page's window, read once for each version of the content."""

from dataclasses import dataclass, field, replace
from datetime import time

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info

from cms import brand, catalogue
from cms import menus as menus_of_editors
from cms.kept import kept
from cms.menus import Link, Menus
from cms.models import ShopSettings
from cms.pictures.own import of_shop
from cms.pictures.renditions import Shown, shown
from cms.sites import Site, shop_settings, site_for
from shop.storefront import hours

MOST = 10  # the foot is no sitemap
LOGO, MAP = "max-440x88|format-webp", "fill-960x540|format-webp"
MAP_ADDRESS = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"


@dataclass(frozen=True)
class Map:
    """Where the shop lies on a map elsewhere, and the shop's own picture of the way, if it has one."""

    address: str
    picture: Shown | None


@dataclass(frozen=True)
class Foot:
    """The shop's pages, its hours, and the languages its home page is written in (code, name, address).

    Above and below them: menus, logo, map, the page about privacy, and the tones of the shop's own colour.
    `treatments` names what a shop without devices does.
    """

    pages: list[Link]
    spans: list[tuple[int, time, time]]
    languages: list[tuple[str, str, str]]
    menus: Menus = field(default_factory=lambda: Menus([], [], "", []))
    logo: Shown | None = None
    map: Map | None = None
    privacy: Link | None = None
    tones: brand.Tones | None = None
    without_devices: bool = False
    treatments: tuple[str, ...] = ()

    @property
    def hours(self) -> list[hours.Days]:
        """The week in words of the reader's language."""
        return hours.in_words(self.spans)


def foot(request: HttpRequest) -> Foot:
    """What stands around a page. No statement while nothing of it changed; looked up once for each request."""
    known: Foot | None = getattr(request, "_foot", None)
    if known is not None:
        return known
    site = site_for(request)
    known = kept(f"frame:{get_language()}", site, lambda: _read(site))
    request._foot = known  # type: ignore[attr-defined]
    return known


def _read(site: Site) -> Foot:
    """Three statements for any number of links, pages and languages: pages, pictures, hours; and those of the tree."""
    shop, without_devices = shop_settings(site), not catalogue.tree(site).families()
    around = menus_of_editors.read(site, privacy_id=shop.privacy_page_id)
    named = {link.address for column in around.menus.columns for link in column.links}
    pictures = of_shop(site)
    logo = shown(pictures.get(shop.logo_id or 0), LOGO)
    return Foot(
        pages=[link for link in around.pages if link.address not in named][:MOST],
        spans=hours.known(site),
        languages=_languages(around.homes),
        menus=around.menus,
        logo=replace(logo, alt=shop.name) if logo else None,
        map=_map(shop, shown(pictures.get(shop.map_image_id or 0), MAP)),
        privacy=around.privacy,
        tones=brand.tones_of(shop.brand_colour),
        without_devices=without_devices,
        treatments=tuple(row.name for row in catalogue.read(site).repairs.values()) if without_devices else (),
    )


def _map(shop: ShopSettings, picture: Shown | None) -> Map | None:
    if shop.latitude is None or shop.longitude is None:
        return None
    return Map(MAP_ADDRESS.format(shop.latitude, shop.longitude), picture)


def _languages(homes: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Every language with a live home page; empty when there is only one."""
    known = dict(settings.LANGUAGES)
    rows = [(code, get_language_info(code)["name_local"], address) for code, address in homes if code in known]
    return rows if len(rows) > 1 else []
