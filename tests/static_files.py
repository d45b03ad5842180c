"""The files that pages ask for are looked for once in each process.

WhiteNoise walks through all of them, thousands, whenever it is made: for each client of each test, 40 milliseconds.
"""

from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware


def find_once() -> None:
    """Let every WhiteNoise of this process have what the first one found. No test changes where files are found."""
    stock = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            before, self.files = self.files, {}
            stock(self)
            found.update(self.files)
            self.files = before
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once
