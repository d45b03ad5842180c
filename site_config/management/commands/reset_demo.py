"""`manage.py reset_demo`: throw the demo's data away and write it anew."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from site_config.demo import data, port, schema


class Command(BaseCommand):
    help = "Removes the demo's database, files and caches and starts over. Stop the demo first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("These settings are not the demo's. Nothing was removed.")
        try:
            port.reserve(*port.wanted()).close()
        except port.PortTaken as error:
            raise CommandError(f"{error}\nStop the running demo before you reset it.") from error
        if not options["yes"] and input("Remove everything in the demo? Type yes: ") != "yes":
            raise CommandError("Nothing was removed.")
        schema.throw_away()
        schema.migrate(out=sys.stdout)
        data.load(at=timezone.now())
        self.stdout.write("The demo is as new. Start it with:  make demo")
