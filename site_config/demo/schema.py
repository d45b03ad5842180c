"""Bringing the demo's database up to date, with progress that can be seen.

About 380 migrations take most of a minute on an empty database, so a copy of the migrated, still empty SQLite file
is kept: starting over is then a copy of three megabytes.
"""

import functools
import gc
import hashlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import django
from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

ENDS = ("", "-wal", "-shm")


def fingerprint() -> str:
    """A hash that changes when any migration of any installed app does. Imports no migration: 0.03 seconds."""
    digest = hashlib.sha256(f"{connection.vendor} {django.VERSION}".encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        module, _ = MigrationLoader.migrations_module(config.label)
        spec = importlib.util.find_spec(module) if module else None
        for place in (spec.submodule_search_locations or []) if spec else []:
            for file in sorted(Path(place).glob("*.py")):
                digest.update(f"{config.label} {file.name}".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def stamp() -> Path:
    """The file that remembers which migrations this database has."""
    name = hashlib.sha256(str(connection.settings_dict["NAME"]).encode()).hexdigest()[:8]
    return Path(settings.VAR_DIR) / f"migrated-{name}"


def kept_copy() -> Path:
    """The migrated, empty SQLite file to start over from."""
    return Path(settings.VAR_DIR) / f"empty-{fingerprint()}.sqlite3"


def is_current() -> bool:
    """Whether the database has every migration: the stamp fits and the tables are there."""
    if not stamp().exists() or stamp().read_text() != fingerprint():
        return False
    return "django_migrations" in connection.introspection.table_names()


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Migrating makes millions of short-lived objects; collecting them less often saves a fifth of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(500_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def swappable_names_kept() -> Iterator[None]:
    """Django keeps which models can be swapped, and forgets it with each state of the models that a migration makes.

    The installed models stay the same meanwhile; looking through them for each foreign key takes a fifth of the time.
    """
    name = "get_swappable_settings_name"  # kept on the registry itself, out of reach of those that migrations make
    setattr(apps, name, functools.cache(functools.partial(getattr(Apps, name).__wrapped__, apps)))
    try:
        yield
    finally:
        delattr(apps, name)


class Progress:
    """Stands where migrate writes its lines, and shows a bar, or on a file one line per tenth."""

    def __init__(self, *, total: int, out: TextIO) -> None:
        self.total, self.out, self.done, self.shown = total, out, 0, -1
        self.tty = out.isatty()

    def write(self, text: str) -> int:
        """Count each migration that says it is OK."""
        self.done += text.count(" OK")
        tenth = self.done * (40 if self.tty else 10) // max(self.total, 1)
        if tenth != self.shown:
            self.shown = tenth
            self._show()
        return len(text)

    def _show(self) -> None:
        if self.tty:
            bar = "#" * self.shown + "." * (40 - self.shown)
            self.out.write(f"\r  [{bar}] {self.done} of {self.total}" + ("\n" if self.shown >= 40 else ""))
        else:
            self.out.write(f"  {self.done} of {self.total}\n")
        self.out.flush()

    def flush(self) -> None:
        """Nothing waits in here."""

    def isatty(self) -> bool:
        """Keeps migrate from colouring what only we read."""
        return False


def migrate(*, out: TextIO = sys.stdout) -> None:
    """Apply what is missing; a database that is up to date costs a glance."""
    if is_current():
        return
    if _take_kept_copy():
        return
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    fresh = not executor.loader.applied_migrations
    if missing:
        out.write(f"Preparing the database: {missing} migrations" + (", about a minute.\n" if missing > 100 else ".\n"))
        out.flush()
        with fewer_collections(), swappable_names_kept():
            call_command("migrate", interactive=False, stdout=Progress(total=missing, out=out), skip_checks=True)
    _remember(fresh=fresh)


def _database_file() -> Path | None:
    """The SQLite file in use; None on PostgreSQL."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def _take_kept_copy() -> bool:
    """Copy the kept file where no database is yet."""
    file = _database_file()
    if file is None or file.exists() or not kept_copy().exists():
        return False
    connection.close()
    shutil.copyfile(kept_copy(), file)
    stamp().write_text(fingerprint())
    return True


def _remember(*, fresh: bool) -> None:
    """Write the stamp, and keep a copy of a database that holds nothing but its tables."""
    file = _database_file()
    if fresh and file is not None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for old in Path(settings.VAR_DIR).glob("empty-*.sqlite3"):
            old.unlink()
        shutil.copyfile(file, kept_copy())
    stamp().write_text(fingerprint())


def throw_away() -> None:
    """Remove the demo's database, uploaded files and caches. Nothing else is touched."""
    file: Any = _database_file()
    connection.close()
    if file is None:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
    else:
        for end in ENDS:
            Path(f"{file}{end}").unlink(missing_ok=True)
    stamp().unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    shutil.rmtree(Path(settings.VAR_DIR) / "cache", ignore_errors=True)
