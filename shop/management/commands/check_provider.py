"""`manage.py check_provider`: what is right and what is wrong with the ways to pay, and what to do about it."""

import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from shop.payments import checking
from shop.payments.base import Finding
from shop.payments.providers import UnknownProvider

MARKS = {"ok": "  ok  ", "warning": "  look", "error": "  WRONG"}


class Command(BaseCommand):
    help = "Asks each payment provider whether keys, webhooks, currencies and clock are right. Ends with 1 if not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("names", nargs="*", help="As in PAYMENT_PROVIDERS; all of them by default.")
        parser.add_argument("--json", action="store_true", dest="as_json", help="For machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        names = options["names"] or list(settings.PAYMENT_PROVIDERS)
        try:
            found = {name: checking.check(name, at=timezone.now()) for name in names}
        except UnknownProvider as error:
            known = ", ".join(settings.PAYMENT_PROVIDERS)
            raise CommandError(f"{error} PAYMENT_PROVIDERS has: {known}.") from error
        except DatabaseError as error:
            raise CommandError("The database does not answer, or is not migrated. Run manage.py migrate.") from error
        if options["as_json"]:
            rows = {name: [asdict(one) for one in findings] for name, findings in found.items()}
            self.stdout.write(json.dumps(rows, indent=2))
        else:
            for name, findings in found.items():
                self.tell(name, findings)
        if any(one.level == "error" for findings in found.values() for one in findings):
            raise SystemExit(1)

    def tell(self, name: str, findings: list[Finding]) -> None:
        """One provider, line by line; what to do stands below what is wrong."""
        self.stdout.write(f"\n{name}")
        for one in findings:
            line = f"{MARKS[one.level]:<8} {one.text}"
            self.stdout.write(self.style.ERROR(line) if one.level == "error" else line)
            if one.what_to_do:
                self.stdout.write(f"{'':<8} {one.what_to_do}")
