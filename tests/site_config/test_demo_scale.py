"""A made-up shop of any size: loaded like a pack, kept apart from the packs, and no slower by the statement."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from cms.models import Subject
from site_config.demo import data, packs, scale
from tests.shop.statements import counted

PAGES = ("/", "/devices/", "/devices/made-7/", "/find/?q=screen", "/prices/", "/services/", "/api/v1/devices/?limit=12")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_shop_and_another_one_another(tmp_path: Path) -> None:
    first, second = (files(scale.write(tmp_path / name, 50)) for name in ("one", "two"))
    assert first == second
    assert files(scale.write(tmp_path / "three", 50, seed=8))["devices.csv"] != first["devices.csv"]


def test_it_says_everywhere_that_it_is_made_up_and_is_no_pack_of_ours(tmp_path: Path) -> None:
    pack = packs.pack(str(scale.write(tmp_path / "pack", 20)))
    assert "Made-up" in pack.shop["details"]["name"]
    assert all(row["description"] == scale.MADE_UP for row in pack.read("catalogue.json")["subjects"])
    assert {"electronics-london", "beauty"} <= set(packs.names())
    assert not [name for name in packs.names() if "scale" in name]


def statements(folder: Path, number: int) -> dict[str, int]:
    """Load a shop of that size, count what its pages send around the page cache, and take everything back."""
    found = {}
    with transaction.atomic():
        Site.objects.update(hostname="testserver", port=80)
        data.load(at=timezone.now(), name=str(scale.write(folder, number)))
        assert Subject.objects.filter(kind="device", live=True).count() == number
        Site.clear_site_root_paths_cache()
        for path in (*PAGES, *PAGES):  # the second time, the catalogue is known
            with counted() as sent:
                assert Client(headers={"X-Basket-Token": "none"}).get(path).status_code == 200, path
            found[path] = len([one for one in sent if 'FROM "wagtailcore_locale"' not in one])  # kept by the process
        transaction.set_rollback(True)
    Site.clear_site_root_paths_cache()
    for cache in caches.all():
        cache.clear()
    return found


def test_two_hundred_devices_cost_as_many_statements_as_twenty(db: None, tmp_path: Path) -> None:
    few, many = statements(tmp_path / "few", 20), statements(tmp_path / "many", 200)
    assert all(few.values())
    assert many == few


def test_the_command_starts_with_a_database_of_its_own(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    monkeypatch.delenv("DATABASE_URL", raising=False)
    started: list[dict[str, str]] = []

    def replaced(program: str, arguments: list[str], around: dict[str, str]) -> None:
        started.append(around)
        raise SystemExit

    monkeypatch.setattr(os, "execve", replaced)
    with pytest.raises(SystemExit):
        call_command("demo", scale=30)
    assert started[0]["VAR_DIR"] == str(tmp_path / "scale-30")
    assert len(packs.pack(started[0]["DEMO_PACK"]).folder.joinpath("devices.csv").read_text().splitlines()) == 31


@pytest.mark.parametrize(("number", "database"), [(-1, ""), (30, "postgres://127.0.0.1/shop")])
def test_the_command_refuses_to_write_into_a_database_that_was_named(
    settings: Any, monkeypatch: pytest.MonkeyPatch, number: int, database: str
) -> None:
    settings.DEMO = True
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if database:
        monkeypatch.setenv("DATABASE_URL", database)
    with pytest.raises(CommandError, match="--scale"):
        call_command("demo", scale=number)
