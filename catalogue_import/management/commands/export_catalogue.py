"""`manage.py export_catalogue prices.csv`: the catalogue as a file that `import_catalogue` reads back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue_import.export import KINDS, LISTS, export
from cms.sites import default_site


class Command(BaseCommand):
    help = "Writes devices or prices as .csv or .xlsx, or the whole catalogue as .json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--what", choices=list(LISTS), default="prices", help="The list, for .csv and .xlsx.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        kind = path.suffix.lstrip(".").lower()
        if kind not in KINDS:
            raise CommandError(f"The name of the file must end in {', '.join(f'.{one}' for one in KINDS)}.")
        try:
            with path.open("wb") as out:
                count = export(site=default_site(), kind=kind, what=options["what"], out=out)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} rows written to {path}.")
