"""A channel that writes down what it was given, and that can be stopped in the middle of a call."""

import os
import time
from collections import Counter
from pathlib import Path

from notifications.channels.base import Accepted, Outgoing


class Notebook:
    """`file` gets one line for each message, "key pid". While `stop` exists, a call does not come back."""

    name = "notebook"

    def __init__(self, file: str, stop: str) -> None:
        self.file, self.stop = Path(file), Path(stop)

    def send(self, outgoing: Outgoing) -> Accepted:
        """Take the message: from the line on it is with the customer."""
        with self.file.open("a") as file:
            file.write(f"{outgoing.key} {os.getpid()}\n")
        while self.stop.exists():
            time.sleep(0.02)
        return Accepted(self.name, outgoing.key)


def noted(file: Path) -> Counter[str]:
    """How often each message was taken."""
    return Counter(line.split()[0] for line in lines(file))


def lines(file: Path) -> list[str]:
    """The whole lines of the notebook."""
    return file.read_text().splitlines() if file.exists() else []
