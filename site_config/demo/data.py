"""All of the demo's data, in order. Doing it twice writes nothing twice and takes nothing back."""

from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django_q.models import OrmQ

from cms.sites import default_site
from notifications import schedules
from shop.models import SiteShop
from site_config.demo import days, forms, packs, people, portuguese, shop, words


class NotADemo(Exception):
    """These settings are not the demo's."""

    code = "not_a_demo"


def load(*, at: datetime, name: str = "") -> int:
    """Fill an empty database with the shop of a pack (DEMO_PACK without a `name`), and bring its days up to date.

    The days are those around `at`. What people changed since stays changed. Returns how many visits were booked.
    Raises NotADemo, NoSuchPack.
    """
    if not settings.DEMO:
        raise NotADemo("Demo data is for the demo only: these settings have DEMO switched off.")
    site, pack = default_site(), packs.pack(name)
    people.make_people()
    shop.name_addresses(site, pack)
    if not SiteShop.objects.filter(site=site).exists():
        with transaction.atomic():
            shop.make_shop(site=site, pack=pack, at=at)
            words.make_words(site=site, pack=pack)
            forms.make_forms(site=site, pack=pack)
            portuguese.make_portuguese(site=site, pack=pack)
        index_at_once()
    schedules.ensure()
    return days.fill(site=site, pack=pack, at=at)


def index_at_once() -> None:
    """Index the new rows now, in half a second, instead of with a thousand tasks.

    Wagtail queues two for each row that is saved; the worker would be busy with them for minutes before the first
    message went out.
    """
    waiting = [row.pk for row in OrmQ.objects.all() if row.func() == "notifications.task_backend.run"]
    OrmQ.objects.filter(pk__in=waiting).delete()
    call_command("rebuild_references_index", verbosity=0)
    call_command("update_index", verbosity=0)
