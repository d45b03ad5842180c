"""`manage.py load_demo`: the demo's data, into a migrated database. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from site_config.demo import data


class Command(BaseCommand):
    help = "Writes the demo's shop, people, pages and bookings; run again, it adds what today lacks."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            booked = data.load(at=timezone.now())
        except data.NotADemo as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The demo's data is there; {booked} visits were booked.")
