"""The currency that a visitor reads prices in: chosen at the foot of a page and kept in a cookie.

A shared page may differ by it: `site_config/page_key.py` keeps one for each, as for languages.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cms.kept import kept
from cms.sites import Site, site_for
from shop import currencies
from shop.models import SiteShop

KEPT_SECONDS = 365 * 24 * 60 * 60


def offered(site: Site) -> list[str]:
    """Every currency of the shop, its own one first. No statement while its prices are as they were."""
    if not hasattr(site, "prices_version"):
        return _read(site)
    return kept("currencies", site, lambda: _read(site), version=str(site.prices_version or 0))


def _read(site: Site) -> list[str]:
    shop = SiteShop.objects.filter(site=site).first()
    return currencies.offered(shop) if shop else []


def chosen(request: HttpRequest) -> str:
    """What the visitor chose of what the shop offers; empty for the shop's own. Programs name it in the query."""
    by_program = request.path.startswith("/api/")
    wanted = request.GET.get("currency", "") if by_program else request.COOKIES.get(settings.CURRENCY_COOKIE_NAME, "")
    return wanted if wanted and wanted in offered(site_for(request))[1:] else ""


def remember(answer: HttpResponse, currency: str) -> None:
    """Keep the choice with this browser for a year."""
    answer.set_cookie(
        settings.CURRENCY_COOKIE_NAME,
        currency,
        max_age=KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
