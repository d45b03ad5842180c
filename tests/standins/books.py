"""What the stand-ins know, in memory behind one lock, and in a JSON file where they are to survive a restart."""

import json
import os
import threading
import time
from pathlib import Path
from typing import Any


class Books:
    """Tables by name; rows are JSON objects by id. Hold `lock` around everything that reads and writes."""

    def __init__(self, file: str = "") -> None:
        self.lock = threading.RLock()
        self.file = Path(file) if file else None
        self.tables: dict[str, dict[str, Any]] = {}
        if self.file and self.file.exists():
            self.tables = json.loads(self.file.read_text())

    def table(self, name: str) -> dict[str, Any]:
        return self.tables.setdefault(name, {})

    def new_id(self, prefix: str, *, upper: bool = False) -> str:
        """A name never given before, long enough to look like the real one."""
        counter = self.table("counters")
        counter[prefix] = counter.get(prefix, 0) + 1
        name = f"{prefix}{counter[prefix]:04d}{os.urandom(8).hex()}"
        return name.upper() if upper else name

    def save(self) -> None:
        if self.file:
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps(self.tables))
            fresh.replace(self.file)

    def reset(self) -> None:
        with self.lock:
            self.tables.clear()
            self.save()


def now() -> int:
    return int(time.time())
