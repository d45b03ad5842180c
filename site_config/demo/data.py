"""All of the demo's data, in order. Doing it twice writes nothing twice and takes nothing back."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from cms.sites import default_site
from notifications import schedules
from shop.models import SiteShop
from site_config.demo import days, people, shop, words


class NotADemo(Exception):
    """These settings are not the demo's."""

    code = "not_a_demo"


def load(*, at: datetime) -> int:
    """Fill an empty database with the demo's shop, and bring the days around `at` up to date.

    What people changed since stays changed. Returns how many visits were booked. Raises NotADemo.
    """
    if not settings.DEMO:
        raise NotADemo("Demo data is for the demo only: these settings have DEMO switched off.")
    site = default_site()
    people.make_people()
    shop.name_addresses(site)
    if not SiteShop.objects.filter(site=site).exists():
        with transaction.atomic():
            shop.make_shop(site=site, at=at)
            words.make_words(site=site)
    schedules.ensure()
    return days.fill(site=site, at=at)
