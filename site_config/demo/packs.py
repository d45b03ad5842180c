"""The shops that Mendwell brings along: each is a folder of data under fixtures/packs, and no code of its own."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

PACKS = Path(settings.BASE_DIR) / "fixtures" / "packs"


class NoSuchPack(Exception):
    """There is no folder of that name."""

    code = "no_such_pack"


@dataclass(frozen=True)
class Pack:
    """One shop as data: shop.json says who it is, catalogue.json and the tables beside it what it mends."""

    folder: Path

    @cached_property
    def shop(self) -> dict[str, Any]:
        """Who it is, when it is open, what it charges with."""
        return dict(self.read("shop.json"))

    def read(self, name: str) -> Any:
        """A JSON file of the pack; None where it has none of that name."""
        path = self.folder / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def names() -> list[str]:
    """The packs there are."""
    return sorted(path.parent.name for path in PACKS.glob("*/shop.json"))


def pack(name: str = "") -> Pack:
    """The pack of that name or in that folder, or the one that DEMO_PACK names. Raises NoSuchPack."""
    wanted = name or settings.DEMO_PACK
    folder = PACKS / wanted  # a whole path stays what it is
    if not (folder / "shop.json").is_file():
        raise NoSuchPack(f"There is no pack {wanted!r}. There are: {', '.join(names())}.")
    return Pack(folder)
