"""Opening a shop: what ties a new site to its Oscar partner, its Django site and its money."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.contrib.sites.models import Site as DjangoSite
from django.db import transaction
from oscar.core.loading import get_model

from cms.sites import Site, shop_settings
from shop.models import SiteShop, TaxRate
from shop.products import delivery_country


def open_shop(*, site: Site) -> SiteShop:
    """The site's shop, made when missing: partner, Django site, default currency and tax, the country it sends to.

    Currency and tax are edited in Wagtail afterwards, under Prices. Safe to repeat.
    """
    found = SiteShop.objects.filter(site=site).first()
    if found is not None:
        return found
    with transaction.atomic():
        details = shop_settings(site)
        delivery_country(details.country)
        standard_rate()
        name = site.site_name or details.name
        return SiteShop.objects.create(
            site=site,
            partner=get_model("partner", "Partner").objects.create(name=name),
            django_site=_django_site(site, name),
            currency=settings.OSCAR_DEFAULT_CURRENCY,
        )


def standard_rate() -> TaxRate:
    """The United Kingdom's standard rate of VAT, which a new shop starts with; made when missing.

    20 % since 4 January 2011 (Finance (No. 2) Act 2010, section 3).
    """
    found, _ = TaxRate.objects.get_or_create(
        code="GB-standard", valid_from=date(2011, 1, 4), defaults={"country": "GB", "rate": Decimal("0.2")}
    )
    return found


def _django_site(site: Site, name: str) -> DjangoSite:
    """The one of the settings for the default site, one of its own for any other."""
    if site.is_default_site:
        found, _ = DjangoSite.objects.get_or_create(
            pk=settings.SITE_ID, defaults={"domain": site.hostname, "name": name[:50]}
        )
    else:
        found, _ = DjangoSite.objects.get_or_create(domain=f"{site.hostname}:{site.port}", defaults={"name": name[:50]})
    return found
