"""Who works at the bench, and the short words by which pages and addresses call them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils.text import slugify

MOST = 60


@dataclass(frozen=True)
class Person:
    """Somebody who may be given a job; `word` stands for them in an address."""

    pk: int
    name: str
    word: str

    @property
    def initial(self) -> str:
        """One letter for the round sign on a card."""
        return self.name[:1].upper()


def of_the_bench() -> list[Person]:
    """Everybody who may move jobs, by name. One statement."""
    users = ModelBackend().with_perm("repairs.work_bench")
    return named(users.order_by("first_name", "email")[:MOST])


def named(users: Iterable[Any]) -> list[Person]:
    """The users with a name and a word each; two of one name get words of their own. Pure."""
    found: list[Person] = []
    words: set[str] = set()
    for user in users:
        name = name_of(user)
        base = word = slugify(name) or "colleague"
        if base in ("mine", "nobody"):
            base = word = f"{base}-1"
        number = 1
        while word in words:
            number += 1
            word = f"{base}-{number}"
        words.add(word)
        found.append(Person(user.pk, name, word))
    return found


def name_of(user: Any) -> str:
    """What colleagues call somebody: the first name, else what stands before the @."""
    return str(user.first_name or user.email.partition("@")[0])
