"""Menu, footer and social links of a site as they are shown: links resolved, pages that are not published left out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import get_language
from wagtail.models import Page, Site

from cms.blocks.links import SAFE
from cms.blocks.references import plain_list
from cms.models import SiteMenus, StorefrontPage
from cms.models.menus import NETWORKS
from cms.paths import Paths, paths_of


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
    """What is read of pages for the frame of every page; nothing beside the paths for any number of links.

    `pages`: those right below the home page, for the foot; `homes`: language code and address of each home page.
    """

    menus: Menus
    pages: list[Link]
    homes: list[tuple[str, str]]
    privacy: Link | None


def read(site: Site, *, privacy_id: int | None = None) -> Around:
    """Menus, foot and home pages of a site in the reader's language; only pages that everybody may read."""
    row = _row(site)
    main = [child["value"] for child in row.main.raw_data]
    columns = [child["value"] for child in row.footer.raw_data]
    groups = [main, *(plain_list(column.get("links")) for column in columns)]
    linked = {link["page"] for group in groups for link in group if link.get("page")}
    where, code = paths_of(site), get_language() or ""
    pages = _pages({*linked, *([privacy_id] if privacy_id else ())}, where, code)
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
        pages=list(_below_home(where, code)),
        homes=[(root.code, f"{root.before}/") for root in where.roots],
        privacy=pages.get(privacy_id or 0),
    )


def _row(site: Site) -> SiteMenus:
    """What editors chose; it comes with the site of a request."""
    if Site.sitemenus.is_cached(site):
        return getattr(site, "sitemenus", None) or SiteMenus(site=site)
    return SiteMenus.objects.filter(site=site).first() or SiteMenus(site=site)


def _pages(ids: set[int], where: Paths, code: str) -> dict[int, Link]:
    """Links to public pages by id, each to its translation if it has one; a statement for those of another site."""
    found = {}
    for pk in ids & set(where.by_id):
        page = where.spoken(where.by_id[pk], code)
        if where.is_public(page):
            found[pk] = Link(page.title, where.path(page))
    elsewhere = ids & where.elsewhere
    for row in Page.objects.filter(pk__in=elsewhere).live().public().select_related("locale") if elsewhere else ():
        if address := row.get_url():
            found[row.pk] = Link(row.title, address)
    return found


def _below_home(where: Paths, code: str) -> Iterator[Link]:
    """The public pages right below the home page; the shop's screens have places of their own."""
    home = where.root(code) or (where.roots[0] if where.roots else None)
    screens = ContentType.objects.get_for_model(StorefrontPage).pk
    for page in where.pages if home else ():
        beneath = page.depth == home.depth + 1 and page.path.startswith(home.tree_path)  # type: ignore[union-attr]
        if beneath and page.content_type_id != screens and where.is_public(page):
            yield Link(page.title, where.path(page))


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
