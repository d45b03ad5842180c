"""For search engines: every address that we want to be found, and those that are nobody's business."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms import catalogue
from cms.models import Subject
from cms.sites import Site, site_for
from shop import facts
from shop.storefront import head, price_list

MOST = 50_000  # addresses in one file, by the protocol
PRIVATE = ("book/", "basket/", "checkout/", "account/", "accounts/", "track/", "visitor/", "find/")
STAFF = ("bench/", "cms/", "dashboard/", "django-admin/", "_allauth/", "demo/", "-/")

Row = tuple[str, datetime | None]


def pages(site: Site, request: HttpRequest) -> Iterator[Row]:
    """The live public pages of the site, in every language."""
    rows = site.root_page.get_translations(inclusive=True).live()
    for root in rows:
        for page in root.get_descendants(inclusive=True).live().public():
            address = page.get_full_url(request)
            if address:
                yield address, page.last_published_at


def catalogue_rows(site: Site, at: datetime) -> Iterator[Row]:
    """Families, categories, devices, and each repair that a device really has a price for."""
    known = catalogue.read(site)
    for node in [*known.families(), *known.categories()]:
        yield head.address(site, "kind", node.slug), None
    for device, repairs in facts.repairs_of_many(site=site, devices=price_list.live_devices(), at=at):
        yield head.address(site, "device", device.slug), _changed(device)
        for fact in repairs:
            yield head.address(site, "repair", device.slug, fact.repair_type.slug), _changed(device)


def _changed(subject: Subject) -> datetime | None:
    return subject.last_published_at


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public address of this shop once."""
    site = site_for(request)
    rows = dict(pages(site, request))
    rows |= {head.address(site, name): None for name in ("devices", "prices", "services")}
    rows |= dict(catalogue_rows(site, timezone.now()))
    urlset = [{"location": address, "lastmod": changed} for address, changed in rows.items()][:MOST]
    return render(request, "sitemap.xml", {"urlset": urlset}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the shop window, not what belongs to one person."""
    site = site_for(request)
    prefixes = ["", *(f"{code}/" for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    lines = ["User-agent: *"]
    lines += [f"Disallow: /{prefix}{path}" for prefix in prefixes for path in PRIVATE]
    lines += [f"Disallow: /{path}" for path in STAFF]
    lines += ["", f"Sitemap: {site.root_url}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
