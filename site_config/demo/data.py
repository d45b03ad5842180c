"""All of the demo's data, in order. Doing it twice writes nothing twice and takes nothing back."""

from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django_q.models import OrmQ

from cms.sites import default_site
from notifications import schedules
from shop.models import SiteShop
from site_config.demo import days, forms, people, shop, words


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
            forms.make_forms(site=site)
        index_at_once()
    schedules.ensure()
    return days.fill(site=site, at=at)


def index_at_once() -> None:
    """Index the new rows now, in half a second, instead of with a thousand tasks.

    Wagtail queues two for each row that is saved; the worker would be busy with them for minutes before the first
    message went out.
    """
    waiting = [row.pk for row in OrmQ.objects.all() if row.func() == "notifications.task_backend.run"]
    OrmQ.objects.filter(pk__in=waiting).delete()
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
