"""`manage.py prepare`: what an installation needs beside its migrations."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Site

from notifications import schedules
from shop.shops import open_shop
from site_config.roles import make_roles


class Command(BaseCommand):
    help = "Writes roles, the worker's schedules, and a shop for each site that has none. Run it after every migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        roles, changed = make_roles(), schedules.ensure()
        shops = [open_shop(site=site) for site in Site.objects.order_by("pk")]
        self.stdout.write(f"{len(roles)} roles, {changed} schedules written, {len(shops)} shops.")
