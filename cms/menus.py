"""Menu, footer and social links of a site as they are shown: links resolved, pages that are not published left out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page, Site

from cms.blocks.links import SAFE
from cms.blocks.references import plain_list
from cms.models import HomePage, SiteMenus, StorefrontPage
from cms.models.menus import NETWORKS
from cms.models.pages import NO_PRIVATE_PAGES


@dataclass(frozen=True)
class Link:
    """One entry: its words and where it leads."""

    text: str
    address: str


@dataclass(frozen=True)
class Column:
    """A column of the footer."""

    heading: str
    links: list[Link]


@dataclass(frozen=True)
class Social:
    """One of the shop's pages elsewhere: the network's key and name, and the address."""

    network: str
    name: str
    address: str


@dataclass(frozen=True)
class Menus:
    """What stands around a page. Empty parts mean that nobody chose: the shop's own screens stand there then."""

    main: list[Link]
    columns: list[Column]
    line: str
    social: list[Social]


@dataclass(frozen=True)
class Around:
    """What is read of pages for the frame of every page, in four statements for any number of links.

    `pages`: those right below the home page, for the foot; `homes`: language code and address of each home page.
    """

    menus: Menus
    pages: list[Link]
    homes: list[tuple[str, str]]
    privacy: Link | None


def read(site: Site, request: HttpRequest | None = None, *, privacy_id: int | None = None) -> Around:
    """Menus, foot and home pages of a site in the reader's language; only pages that everybody may read."""
    row = SiteMenus.objects.filter(site=site).first() or SiteMenus(site=site)
    main = [child["value"] for child in row.main.raw_data]
    columns = [child["value"] for child in row.footer.raw_data]
    groups = [main, *(plain_list(column.get("links")) for column in columns)]
    linked = {link["page"] for group in groups for link in group if link.get("page")}
    homes = list(
        HomePage.objects.filter(translation_key=site.root_page.translation_key).live().select_related("locale")
    )
    home = next((page for page in homes if page.locale.language_code == get_language()), site.root_page)
    rows = _pages({*linked, *([privacy_id] if privacy_id else ())}, home, site)
    pages = {pk: Link(page.title, address) for pk, page in rows.items() if (address := page.get_url(request))}
    menus = Menus(
        main=list(_links(main, pages)),
        columns=[
            Column(column["heading"], links)
            for column in columns
            if (links := list(_links(plain_list(column.get("links")), pages)))
        ],
        line=row.footer_line,
        social=list(_social(child["value"] for child in row.social.raw_data)),
    )
    return Around(
        menus=menus,
        pages=[pages[pk] for pk, page in rows.items() if pk in pages and _is_of_the_foot(page, home)],
        homes=[(page.locale.language_code, page.get_url(request) or "") for page in homes],
        privacy=pages.get(privacy_id or 0),
    )


def _pages(ids: set[int], home: Page, site: Site) -> dict[int, Page]:
    """Live public pages by id: those right below the home page, and these, each as its translation if it has one."""
    below = Q(path__startswith=home.path, depth=home.depth + 1)
    keys = Page.objects.filter(pk__in=ids).values("translation_key")
    found = Page.objects.filter(below | Q(translation_key__in=keys)).live()
    if getattr(site, "private_pages", "") != NO_PRIVATE_PAGES:  # read with the site
        found = found.public()
    rows = list(found.select_related("locale"))
    spoken = {page.translation_key: page for page in rows if page.locale.language_code == get_language()}
    return {page.pk: spoken.get(page.translation_key, page) for page in rows}


def _is_of_the_foot(page: Page, home: Page) -> bool:
    """Whether a page stands right below the home page; the shop's screens have places of their own."""
    screens = ContentType.objects.get_for_model(StorefrontPage).pk
    return page.depth == home.depth + 1 and page.path.startswith(home.path) and page.content_type_id != screens


def _links(stored: Iterable[Mapping[str, Any]], pages: Mapping[int, Link]) -> Iterator[Link]:
    for link in stored:
        page, address = pages.get(link.get("page") or 0), link.get("address") or ""
        if page is not None:
            yield Link(link["text"], page.address)
        elif not link.get("page") and SAFE.fullmatch(address):
            yield Link(link["text"], address)


def _social(stored: Iterable[Mapping[str, Any]]) -> Iterator[Social]:
    names = dict(NETWORKS)
    for entry in stored:
        address = entry.get("address") or ""
        if entry.get("network") in names and address.startswith(("https://", "http://")):
            yield Social(entry["network"], names[entry["network"]], address)
