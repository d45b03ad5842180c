"""Migrate once, then copy: a template database for each state of the migrations, a clone for each process and race.

SQLite templates are files under var/, PostgreSQL ones are template databases. The key is a hash of every migration
file of every installed app, so a changed migration makes a new template and drops the old one.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections

from site_config.demo.schema import fewer_collections, fingerprint, swappable_names_kept

FOLDER = Path(settings.VAR_DIR) / "tests"
PREFIX = os.environ.get("TEST_DATABASE_PREFIX", "mendwell_test")


def point_at(name: str) -> None:
    """Make Django's connection use this database; threads and the live server share the settings."""
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name


def migrate_here() -> None:
    with fewer_collections(), swappable_names_kept():
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


@contextmanager
def one_builder() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{connection.vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def alive(pid: str) -> bool:
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


class SQLite:
    """Files: a template and its copies."""

    def __init__(self) -> None:
        self.template = FOLDER / f"template-{fingerprint()}.sqlite3"

    def build(self) -> None:
        with one_builder():
            for stale in FOLDER.glob("clone-*"):
                if not alive(stale.name.split("-")[1]):
                    stale.unlink(missing_ok=True)
            if self.template.exists():
                return
            building = FOLDER / "building.sqlite3"
            self.remove(building)
            point_at(str(building))
            migrate_here()
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            for old in FOLDER.glob("template-*.sqlite3*"):
                old.unlink()
            building.rename(self.template)

    def name(self, worker: str) -> str:
        return str(FOLDER / f"clone-{os.getpid()}-{worker}.sqlite3")

    def remove(self, name: Any) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)

    def clone(self, name: str) -> None:
        self.remove(name)
        shutil.copyfile(self.template, name)


class PostgreSQL:
    """Databases: a template and its copies, made over a connection of our own."""

    def __init__(self) -> None:
        self.template = f"{PREFIX}_template_{fingerprint()}"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        import psycopg  # noqa: PLC0415 - only where PostgreSQL is used

        given = connection.settings_dict
        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(
            dbname="postgres",
            user=given["USER"] or None,
            password=given["PASSWORD"] or None,
            host=given["HOST"] or None,
            port=given["PORT"] or None,
            autocommit=True,
        ) as own:
            for statement in statements:
                cursor = own.execute(statement)  # type: ignore[call-overload]
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def build(self) -> None:
        with one_builder():
            names = [row[0] for row in self.run(f"SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}_%'")]  # noqa: S608 - a constant
            for name in names:
                if name.startswith(f"{PREFIX}_clone_") and not alive(name.split("_")[3]):
                    self.remove(name)
            if self.template in names:
                return
            for name in names:
                if name.startswith(f"{PREFIX}_template_"):
                    self.run(f'ALTER DATABASE "{name}" IS_TEMPLATE false', f'DROP DATABASE "{name}" WITH (FORCE)')
            building = f"{PREFIX}_building"
            self.remove(building)
            self.run(f'CREATE DATABASE "{building}"')
            point_at(building)
            migrate_here()
            connection.close()
            self.run(
                f'ALTER DATABASE "{building}" RENAME TO "{self.template}"',
                f'ALTER DATABASE "{self.template}" IS_TEMPLATE true ALLOW_CONNECTIONS false',
            )

    def name(self, worker: str) -> str:
        return f"{PREFIX}_clone_{os.getpid()}_{worker}"

    def remove(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def clone(self, name: str) -> None:
        self.remove(name)
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')


def kind() -> SQLite | PostgreSQL:
    """The way to clone for the database that the settings name."""
    return PostgreSQL() if connection.vendor == "postgresql" else SQLite()


def fresh(bed: SQLite | PostgreSQL, name: str) -> None:
    """Replace the clone by an untouched one, whatever a test committed."""
    connections.close_all()
    bed.clone(name)
    cache.clear()
