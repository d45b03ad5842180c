"""Pages that editors keep out of search engines."""

from django.db.models import Q, QuerySet
from wagtail.models import Page, get_page_models

from cms.models import PublicPage, StorefrontPage
from cms.paths import Paths

TOLD = Q(hidden_from_search=True) | ~Q(canonical_address="")


def hidden_ids() -> QuerySet:
    """The ids of pages that are hidden, or that name another address as theirs; one statement for all types."""
    kinds = [kind for kind in get_page_models() if issubclass(kind, PublicPage)]
    first, *others = [kind.objects.filter(TOLD).order_by().values_list("pk", flat=True) for kind in kinds]
    return first.union(*others)


def not_hidden(paths: Paths) -> list[Page]:
    """The public pages of a site that may be found, in every language and in the order of the tree. Two statements."""
    inside = Q(pk__in=[])
    for root in paths.roots:
        inside |= Q(path__startswith=root.tree_path)
    hidden = set(hidden_ids())
    rows = Page.objects.filter(inside, live=True).order_by("path")
    return [row for row in rows if row.pk not in hidden and paths.is_public(row)]


def hidden_screens(paths: Paths) -> set[str]:
    """The shop's own screens that its editors keep out in the default language. One statement."""
    if not paths.roots:
        return set()
    rows = StorefrontPage.objects.filter(TOLD, live=True, path__startswith=paths.roots[0].tree_path)
    return set(rows.values_list("screen", flat=True))
