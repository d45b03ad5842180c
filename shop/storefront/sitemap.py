"""For search engines: every address that we want to be found, and those that are nobody's business."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.frontends.middleware import public_root
from cms.paths import paths_of
from cms.sites import site_for
from shop.storefront.places import places

MOST = 50_000  # addresses in one file, by the protocol
PRIVATE = ("book/", "basket/", "checkout/", "account/", "accounts/", "track/", "visitor/", "find/")
STAFF = ("bench/", "cms/", "dashboard/", "django-admin/", "_allauth/", "demo/", "-/")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public address of this shop once; those of its frontend when it is headless only."""
    site = site_for(request)
    root, found = public_root(site), places(site=site, paths=paths_of(site), at=timezone.now())
    urlset = [
        {
            "location": f"{root}{place.path}",
            "lastmod": place.changed_at,
            "alternates": [{"lang_code": code, "location": f"{root}{path}"} for code, path in place.alternates],
        }
        for place in found[:MOST]
    ]
    return render(request, "sitemap.xml", {"urlset": urlset}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the shop window, not what belongs to one person."""
    site = site_for(request)
    prefixes = ["", *(f"{code}/" for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    lines = ["User-agent: *"]
    lines += [f"Disallow: /{prefix}{path}" for prefix in prefixes for path in PRIVATE]
    lines += [f"Disallow: /{path}" for path in STAFF]
    lines += ["", f"Sitemap: {public_root(site)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
