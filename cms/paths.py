"""Where the pages of a site stand, read once for each version of the content. No statement per page or per address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.urls import get_script_prefix
from wagtail.models import Locale, Page, PageViewRestriction

from cms.kept import kept
from cms.models.pages import NO_PRIVATE_PAGES
from cms.sites import Site, version_of

FIELDS = ("pk", "title", "url_path", "path", "depth", "locale_id", "translation_key", "content_type_id")


@dataclass(frozen=True)
class Root:
    """The home page of a site in one language. `code` is the language's, `before` stands before its paths."""

    code: str
    locale_id: int
    title: str
    url_path: str
    tree_path: str
    depth: int

    @property
    def before(self) -> str:
        """Nothing for the default language, else the language itself, as in the addresses of our own pages."""
        here = get_script_prefix().rstrip("/")
        return here if self.code == settings.LANGUAGE_CODE else f"{here}/{self.code}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is known of each published page of a site. The names are those of Wagtail's page."""

    pk: int
    title: str
    url_path: str
    path: str
    depth: int
    locale_id: int
    translation_key: UUID
    content_type_id: int

    @property
    def live(self) -> bool:
        """Only published ones are read."""
        return True

    def row(self, code: str) -> Page:
        """As much of Wagtail's page as a link to it asks for; `code` is its language."""
        page = Page(**{name: getattr(self, name) for name in FIELDS}, live=True)
        page.locale = Locale(pk=self.locale_id, language_code=code)
        return page


@dataclass(frozen=True)
class Paths:
    """The home pages of a site, the default language first, its published pages, and which parts are private.

    `elsewhere`: the ids of published pages of other sites; an id that is nowhere is that of a page that is gone.

    What is read by them may be kept under `key`: it moves with the content.
    """

    roots: tuple[Root, ...]
    private: tuple[str, ...]
    key: str = field(default="", compare=False)
    pages: tuple[Leaf, ...] = ()
    elsewhere: frozenset[int] = frozenset()

    @cached_property
    def by_id(self) -> dict[int, Leaf]:
        """The published pages by id, in the order of the tree."""
        return {page.pk: page for page in self.pages}

    @cached_property
    def _by_address(self) -> dict[str, Leaf]:
        return {page.url_path: page for page in self.pages}

    @cached_property
    def _families(self) -> dict[UUID, list[Leaf]]:
        found: dict[UUID, list[Leaf]] = {}
        for page in self.pages:
            found.setdefault(page.translation_key, []).append(page)
        return found

    def at(self, path: str, code: str) -> Leaf | None:
        """The published page at a path, which has no language in front, below the home page of a language."""
        root, inside = self.root(code), path.strip("/")
        return self._by_address.get(f"{root.url_path}{inside}/" if inside else root.url_path) if root else None

    def family(self, page: Any) -> list[Leaf]:
        """The published translations of a page, itself among them."""
        return self._families.get(page.translation_key, [])

    def spoken(self, page: Leaf, code: str) -> Leaf:
        """A page in a language: its translation that the public may read, else itself."""
        rows = (row for row in self.family(page) if self.code_of(row.locale_id) == code and self.is_public(row))
        return next(rows, page)

    def rows(self, ids: Iterable[int]) -> Iterator[Page]:
        """Those of these pages that are published here, as much of them as links ask for. No statement."""
        known = (self.by_id[pk] for pk in ids if pk in self.by_id)
        return (page.row(self.code_of(page.locale_id)) for page in known)

    def root(self, code: str) -> Root | None:
        """The home page in this language."""
        return next((root for root in self.roots if root.code == code), None)

    def root_of(self, page: Any) -> Root | None:
        """The home page that this page is below, or is."""
        return next((root for root in self.roots if page.url_path.startswith(root.url_path)), None)

    def path(self, page: Any) -> str:
        """The path of a page on its site, such as /about/; empty for a page of another site."""
        root = self.root_of(page)
        return f"{root.before}/{page.url_path[len(root.url_path) :]}" if root else ""

    def is_public(self, page: Any) -> bool:
        """Whether it is published and neither it nor a page above it asks for a password, a log-in or a group."""
        return page.live and not any(page.path.startswith(path) for path in self.private)

    def split(self, path: str) -> tuple[str, str]:
        """Language and rest of a path: /pt-br/sobre/ is pt-br and /sobre/. The language is empty when none is said."""
        for root in self.roots:
            if root.code != settings.LANGUAGE_CODE and f"{path}/".startswith(f"/{root.code}/"):
                return root.code, path[len(root.code) + 1 :] or "/"
        return "", path

    def code_of(self, locale_id: int) -> str:
        """The language of a row."""
        return next((root.code for root in self.roots if root.locale_id == locale_id), settings.LANGUAGE_CODE)


def paths_of(site: Site) -> Paths:
    """Read once for each version of the content, in one statement; two where pages are private."""
    known: Paths | None = getattr(site, "paths", None)
    if known is None:
        known = kept("paths", site, lambda: _read(site))
        if hasattr(site, "content_version"):  # it came with a request, and goes with it
            site.paths = known
    return known


def _read(site: Site) -> Paths:
    rows = Page.objects.filter(live=True).order_by("path").values_list(*FIELDS, "locale__language_code")
    pages = [(Leaf(*row[:-1]), row[-1]) for row in rows]
    roots = [
        Root(code, page.locale_id, page.title, page.url_path, page.path, page.depth)
        for page, code in pages
        if page.translation_key == site.root_page.translation_key
    ]
    inside = tuple(root.tree_path for root in roots)
    roots.sort(key=lambda root: (root.code != settings.LANGUAGE_CODE, root.code))
    nothing = getattr(site, "private_pages", "") == NO_PRIVATE_PAGES  # read with the site
    private = () if nothing else tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    key = f"paths:{site.pk}:{version_of(site)}"
    here = tuple(page for page, _code in pages if page.path.startswith(inside))
    return Paths(
        tuple(roots), private, key, here, frozenset(page.pk for page, _code in pages) - {one.pk for one in here}
    )


def page_at(paths: Paths, path: str, code: str) -> Any:
    """The published page at a path, whole and in its own class, in one statement; None when there is none."""
    leaf = paths.at(path, code)
    model: Any = ContentType.objects.get_for_id(leaf.content_type_id).model_class() if leaf else None
    return model._default_manager.filter(pk=leaf.pk, live=True).first() if leaf and model else None


def find(paths: Paths, path: str, code: str) -> tuple[Any, list[Any]]:
    """The public page of a path in a language with its public translations (itself among them), in one statement.

    The page is None when there is none; a page in another class than `Page` comes as what it is.
    """
    page = page_at(paths, path, code)
    if page is None or not paths.is_public(page):
        return None, []
    return page, translations(paths, paths.family(page))


def translations(paths: Paths, family: Iterable[Any]) -> list[Any]:
    """Those of a page's translations that the public of this site may read, the default language first."""
    rows = [row for row in family if paths.root_of(row) and paths.is_public(row)]
    return sorted(rows, key=lambda row: (paths.code_of(row.locale_id) != settings.LANGUAGE_CODE, row.locale_id))


def above(paths: Paths, page: Any) -> list[Any]:
    """The public pages between home page and page, the home page's next first."""
    root = paths.root_of(page)
    if root is None or page.depth <= root.depth + 1:
        return []
    steps = {page.path[: Page.steplen * depth] for depth in range(root.depth + 1, page.depth)}
    return [row for row in paths.pages if row.path in steps and paths.is_public(row)]
