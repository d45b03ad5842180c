"""`manage.py import_catalogue FILE --dry-run`: a catalogue from a file, with a look before the leap."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from catalogue_import.apply import apply
from catalogue_import.found import rows_found
from catalogue_import.plan import PlanNotPossible, build
from catalogue_import.rows import RowNotReadable
from catalogue_import.sources import tidy
from cms.sites import default_site


class Command(BaseCommand):
    help = "Reads devices, repair types, prices and rules from a .json pack or devices from a .csv file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Show what would change and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        site = default_site()
        try:
            plan = build(pack=tidy.read(options["file"]), found=rows_found(site=site))
        except (RowNotReadable, PlanNotPossible) as error:
            raise CommandError(str(error)) from error
        for change in plan.changes:
            self.stdout.write(str(change))
        written = 0 if options["dry_run"] else apply(plan=plan, site=site, at=timezone.now())
        self.stdout.write(f"{len(plan.changes)} to write, {written} written, {plan.unchanged} unchanged.")
