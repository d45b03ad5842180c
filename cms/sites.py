"""Which site a request is for, and what that shop says about itself."""

import copy
from typing import Any, NamedTuple

from django.db import connection
from django.http import HttpRequest
from django.http.request import split_domain_port
from wagtail.models import Site

from cms.models import ShopSettings

# Asked by every request, so it is written out: building it anew costs more than the database needs to answer.
# A page that is made private bumps no counter, and Wagtail has no hook for it: its rows are looked at.
COUNTER = "(SELECT number FROM cms_version WHERE site_id = s.id AND scope = '{0}')"
NOW = f"""SELECT s.id, s.hostname, s.port, s.is_default_site, s.root_page_id,
 {COUNTER.format("content")}, {COUNTER.format("prices")}, {COUNTER.format("policies")},
 (SELECT CAST(COUNT(*) AS TEXT) || '.' || CAST(COALESCE(MAX(id), 0) AS TEXT) FROM wagtailcore_pageviewrestriction)
 FROM wagtailcore_site s WHERE """  # noqa: S608 - no input in it


class Now(NamedTuple):
    """A site's address and its counters, as they stand at this moment."""

    pk: int
    hostname: str
    port: int
    is_default: bool
    root_page_id: int
    content: int | None
    prices: int | None
    policies: int | None
    private_pages: str


class NoSite(Exception):
    """No site is set up yet."""

    code = "no_site"


# Sites with all that editors say of them, each under what it was read with. A copy of it goes to each request.
_read: dict[int, tuple[tuple[Any, ...], Site]] = {}


def default_site() -> Site:
    """The site that answers when no other one does. Raises NoSite on an empty database."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        raise NoSite("There is no site yet. Run `python manage.py load_demo` or add one in Wagtail.")
    return site


def site_for(request: HttpRequest) -> Site:
    """The site whose host and port the request came to, else the default one; looked up once for each request.

    One statement says which one it is and how often it was changed; a second one reads it with its shop's details and
    menus when this process has not got it as it is now. Both are kept where Wagtail looks for them.
    """
    if not hasattr(request, "_wagtail_site"):
        hostname = split_domain_port(request._get_raw_host())[0]  # type: ignore[attr-defined]
        now = _chosen(_ask("s.hostname = %s OR s.is_default_site", hostname), hostname, request.get_port())
        site = _site(now) if now else None
        request._wagtail_site = site  # type: ignore[attr-defined]
        shop = getattr(site, "shopsettings", None) if site else None
        if shop is not None:
            setattr(request, ShopSettings.get_cache_attr_name(), shop)
    return request._wagtail_site or default_site()  # type: ignore[attr-defined]


def _ask(where: str, value: Any) -> list[Now]:
    with connection.cursor() as cursor:
        cursor.execute(NOW + where, [value])
        return [Now(*row) for row in cursor.fetchall()]


def _chosen(found: list[Now], hostname: str, port: str) -> Now | None:
    """Wagtail's own choice: host and port, the default site of that host, the only one of that host, the default."""
    here = [site for site in found if site.hostname == hostname]
    default = next((site for site in found if site.is_default), None)
    exact = next((site for site in here if str(site.port) == port), None)
    if exact is not None or default in here:
        return exact or default
    return here[0] if len(here) == 1 else default


def _site(now: Now) -> Site | None:
    """The site as it is now, of the request's own: nothing that is done to it stays."""
    sign = now._replace(prices=None, policies=None, private_pages="")
    known = _read.get(now.pk)
    if known is None or known[0] != sign:
        rows = Site.objects.select_related("root_page__locale", "shopsettings", "sitemenus")
        site = rows.filter(pk=now.pk).first()
        if site is None:
            return None
        _read[now.pk] = known = (sign, site)
    site = copy.copy(known[1])
    for name in ("root_page", "shopsettings"):
        part = site._state.fields_cache.get(name)
        if part is not None:
            site._state.fields_cache[name] = part = copy.copy(part)
            part._state.fields_cache.update({"site": site} if name == "shopsettings" else {})
    return _stamped(site, now)


def _stamped(site: Site, now: Now) -> Site:
    site.content_version, site.prices_version, site.policies_version = now.content, now.prices, now.policies
    site.private_pages = now.private_pages
    return site


def forget() -> None:
    """Read every site again. For tests, which turn their counters back."""
    _read.clear()


def version_of(site: Site) -> str:
    """What anything kept of a site's words and opening hours is kept under: it moves when one of them changes.

    A site that came with its request has it already; for another one it is read, in one statement.
    """
    if not hasattr(site, "content_version"):
        now = _ask("s.id = %s", site.pk)[0]
        return f"{now.content or 0}.{now.policies or 0}.{now.private_pages}"
    return f"{site.content_version or 0}.{site.policies_version or 0}.{site.private_pages}"


def shop_settings(site: Site) -> ShopSettings:
    """Name, address and time zone of the site's shop; defaults when nobody filled them in."""
    loaded = getattr(site, "shopsettings", None) if Site.shopsettings.is_cached(site) else None
    return loaded or ShopSettings.for_site(site)
