"""Which site a request is for, and what that shop says about itself."""

from django.http import HttpRequest
from wagtail.models import Site

from cms.models import ShopSettings


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
    """The site whose host and port the request came to, else the default one."""
    return Site.find_for_request(request) or default_site()


def shop_settings(site: Site) -> ShopSettings:
    """Name, address and time zone of the site's shop; defaults when nobody filled them in."""
    return ShopSettings.for_site(site)
