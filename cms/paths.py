"""Where the pages of a site stand: paths from rows already read, and the page of a path. No statement per page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import get_script_prefix
from wagtail.models import Page, PageViewRestriction

from cms.models.pages import NO_PRIVATE_PAGES
from cms.sites import Site, version_of

KEPT_SECONDS = 24 * 60 * 60


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


@dataclass(frozen=True)
class Paths:
    """The home pages of a site, the default language first, and which parts of the tree are private.

    What is read by them may be kept under `key`: it moves with the content.
    """

    roots: tuple[Root, ...]
    private: tuple[str, ...]
    key: str = ""

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
    key = f"paths:{site.pk}:{version_of(site)}"
    kept = cache.get(key)
    if kept is None:
        kept = _read(site, key)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def _read(site: Site, key: str) -> Paths:
    home = Page.objects.filter(pk=site.root_page_id).values("translation_key")[:1]
    rows = Page.objects.filter(translation_key=home, live=True).select_related("locale")
    roots = [
        Root(row.locale.language_code, row.locale_id, row.title, row.url_path, row.path, row.depth) for row in rows
    ]
    roots.sort(key=lambda root: (root.code != settings.LANGUAGE_CODE, root.code))
    nothing = getattr(site, "private_pages", "") == NO_PRIVATE_PAGES  # read with the site
    private = () if nothing else tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    return Paths(tuple(roots), private, key)


def find(paths: Paths, path: str, code: str) -> tuple[Any, list[Any]]:
    """The public page of a path in a language with its public translations (itself among them), in two statements.

    The page is None when there is none; a page in another class than `Page` comes as what it is.
    """
    root = paths.root(code)
    if root is None:
        return None, []
    wanted = root.url_path + path.strip("/") + ("/" if path.strip("/") else "")
    here = Page.objects.filter(url_path=wanted, path__startswith=root.tree_path, live=True)
    family = list(Page.objects.filter(translation_key__in=here.values("translation_key"), live=True))
    page = next((row for row in family if row.url_path == wanted), None)
    if page is None or not paths.is_public(page):
        return None, []
    return page.specific, translations(paths, family)


def translations(paths: Paths, family: Iterable[Any]) -> list[Any]:
    """Those of a page's translations that the public of this site may read, the default language first."""
    rows = [row for row in family if paths.root_of(row) and paths.is_public(row)]
    return sorted(rows, key=lambda row: (paths.code_of(row.locale_id) != settings.LANGUAGE_CODE, row.locale_id))


def above(paths: Paths, page: Any) -> list[Any]:
    """The pages between home page and page, the home page's next first; a statement only for deeper ones."""
    root = paths.root_of(page)
    if root is None or page.depth <= root.depth + 1:
        return []
    steps = [page.path[: Page.steplen * depth] for depth in range(root.depth + 1, page.depth)]
    return [row for row in Page.objects.filter(path__in=steps).order_by("depth") if paths.is_public(row)]
