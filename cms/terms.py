"""What customers agree to when they book: the published terms and the privacy notice of a shop, by version."""

from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Page

from cms.sites import Site, shop_settings

LONGEST_SLUG = 40


@dataclass(frozen=True)
class Document:
    """One page that is agreed to. `version` names the very revision that is live and the day of `published`."""

    title: str
    url: str
    version: str
    published: datetime | None


@dataclass(frozen=True)
class Terms:
    """The terms and the privacy notice that are published now; None for one that the shop does not have."""

    terms: Document | None = None
    privacy: Document | None = None

    @property
    def terms_version(self) -> str:
        """The version of the terms, such as "terms@12 2026-11-21"; blank without terms."""
        return self.terms.version if self.terms else ""

    @property
    def privacy_version(self) -> str:
        """The version of the privacy notice; blank without one."""
        return self.privacy.version if self.privacy else ""


def current(site: Site) -> Terms:
    """The documents of a shop that are live at the moment. One statement; none when the shop has named no pages."""
    shop = shop_settings(site)
    wanted = [key for key in (shop.terms_page_id, shop.privacy_page_id) if key]
    if not wanted:
        return Terms()
    found = {page.pk: _document(page, site) for page in Page.objects.live().public().filter(pk__in=wanted)}
    return Terms(terms=found.get(shop.terms_page_id), privacy=found.get(shop.privacy_page_id))


def _document(page: Page, site: Site) -> Document:
    when = page.last_published_at or page.first_published_at
    name = f"{page.slug[:LONGEST_SLUG]}@{page.live_revision_id or 0}"
    return Document(
        title=page.title,
        url=page.relative_url(site) or page.url or "",
        version=f"{name} {when.date().isoformat()}" if when else name,
        published=when,
    )
