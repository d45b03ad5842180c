"""`manage.py make_roles`: the groups that a shop's people are put into."""

from typing import Any

from django.core.management.base import BaseCommand

from site_config.roles import make_roles


class Command(BaseCommand):
    help = "Writes the groups owner, desk, technician, editor, moderator, translator and customer. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(", ".join(sorted(make_roles())))
