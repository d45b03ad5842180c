"""Which site a request is for, and what that shop says about itself."""

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Site

from cms.models import ShopSettings
from cms.models.version import Version
from cms.versions import Scope

# A page that is made private bumps no counter, and Wagtail has no hook for it: its rows are looked at.
PRIVATE_PAGES = """(
 SELECT CAST(COUNT(*) AS TEXT) || '.' || CAST(COALESCE(MAX(id), 0) AS TEXT) FROM wagtailcore_pageviewrestriction
)"""


class NoSite(Exception):
    """No site is set up yet."""

    code = "no_site"


def default_site() -> Site:
    """The site that answers when no other one does. Raises NoSite on an empty database."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        raise NoSite("There is no site yet. Run `python manage.py load_demo` or add one in Wagtail.")
    return site


def site_for(request: HttpRequest) -> Site:
    """The site whose host and port the request came to, else the default one; read once for each request.

    It comes with its shop's details, and is kept where Wagtail looks for both: one statement for all of them.
    """
    if not hasattr(request, "_wagtail_site"):
        hostname = split_domain_port(request._get_raw_host())[0]  # type: ignore[attr-defined]
        site = _site_at(hostname, request.get_port())
        request._wagtail_site = site  # type: ignore[attr-defined]
        shop = getattr(site, "shopsettings", None) if site else None
        if shop is not None:
            setattr(request, ShopSettings.get_cache_attr_name(), shop)
    return request._wagtail_site or default_site()  # type: ignore[attr-defined]


def _site_at(hostname: str, port: str) -> Site | None:
    """Wagtail's own choice: host and port, the default site of that host, the only one of that host, the default."""
    wanted = Q(hostname=hostname) | Q(is_default_site=True)
    found = list(_with_versions(Site.objects.filter(wanted)).select_related("root_page", "shopsettings"))
    here = [site for site in found if site.hostname == hostname]
    default = next((site for site in found if site.is_default_site), None)
    exact = next((site for site in here if str(site.port) == port), None)
    if exact is not None or default in here:
        return exact or default
    return here[0] if len(here) == 1 else default


def _with_versions(sites: QuerySet[Site]) -> QuerySet[Site]:
    """Sites with their counters of content, prices and policies, in the same statement."""
    mine = Version.objects.filter(site=OuterRef("pk"))
    return sites.annotate(
        content_version=Subquery(mine.filter(scope=Scope.CONTENT).values("number")[:1]),
        prices_version=Subquery(mine.filter(scope=Scope.PRICES).values("number")[:1]),
        policies_version=Subquery(mine.filter(scope=Scope.POLICIES).values("number")[:1]),
        private_pages=RawSQL(PRIVATE_PAGES, []),  # noqa: S611 - no input in it
    )


def version_of(site: Site) -> str:
    """What anything kept of a site's words and opening hours is kept under: it moves when one of them changes.

    A site that came with its request has it already; for another one it is read, in one statement.
    """
    if not hasattr(site, "content_version"):
        site = _with_versions(Site.objects.filter(pk=site.pk)).get()
    return f"{site.content_version or 0}.{site.policies_version or 0}.{site.private_pages}"


def shop_settings(site: Site) -> ShopSettings:
    """Name, address and time zone of the site's shop; defaults when nobody filled them in."""
    loaded = getattr(site, "shopsettings", None) if Site.shopsettings.is_cached(site) else None
    return loaded or ShopSettings.for_site(site)
