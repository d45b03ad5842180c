"""Landing pages to begin with: filled with blocks that editors change, so that nobody starts from an empty page.

The words are the shop's to change; devices, repairs and pictures are rows of this very shop, so the draft's preview
shows live prices from the first moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from cms.blocks import samples as block_samples
from cms.models import LandingPage

Raw = dict[str, Any]
Blocks = list[tuple[str, Raw | str]]


@dataclass(frozen=True)
class Starter:
    """One way to begin. `shapes`: its blocks from top to bottom, for the drawing."""

    slug: str
    name: str | Promise
    told: str | Promise
    blocks: Callable[[], Blocks]

    @property
    def shapes(self) -> list[str]:
        """The kinds of its blocks."""
        return [kind for kind, _value in self.blocks()]


def _sample(kind: str, **changes: Any) -> tuple[str, Raw]:
    return kind, block_samples.of(kind) | changes


def _offer() -> Blocks:
    return [
        _sample(
            "hero",
            heading=translated("Your screen, new today"),
            text=translated("Say in a sentence what is mended, how fast, and why here."),
            links=[block_samples.link(translated("See the price"), "/prices/")],
        ),
        _sample("offer"),
        _sample("steps"),
        _sample("trust"),
        _sample("price_table"),
        _sample("questions"),
        _sample("visit"),
        _sample("call"),
    ]


def _neighbourhood() -> Blocks:
    return [
        _sample(
            "hero",
            heading=translated("Repairs round the corner"),
            text=translated("Name the streets and stations people know, and how long the walk is."),
            finder=True,
            links=[],
        ),
        _sample("services", repair_types=[]),
        _sample("visit", heading=translated("Where to find us")),
        (
            "text",
            translated(
                "<h2>How to get here</h2><p>Bus, train, bicycle: what stops where, and where one can lock up or park."
                "</p><h2>Whom we mend for</h2><p>Schools, offices and neighbours nearby. Two or three sentences.</p>"
            ),
        ),
        _sample("trust"),
        _sample("questions"),
        _sample("call"),
    ]


def _season() -> Blocks:
    return [
        _sample(
            "hero",
            heading=translated("Ready before the holidays"),
            text=translated(
                "What is offered, until when, and for whom. The page can be scheduled to go live and to end."
            ),
            links=[block_samples.link(translated("Choose a time"), "/devices/")],
        ),
        _sample("services", heading=translated("What we mend in time"), repair_types=[]),
        _sample("offer", heading=translated("The one most people need")),
        _sample("steps"),
        _sample("questions"),
        _sample("call", heading=translated("Times are going fast")),
    ]


STARTERS = (
    Starter("offer", _("One repair"), _("A promise, its live price, how it goes, every price, questions."), _offer),
    Starter(
        "neighbourhood",
        _("A neighbourhood"),
        _("Search first, services, where we are and how to get here."),
        _neighbourhood,
    ),
    Starter(
        "season", _("A season"), _("A campaign with an end: what is offered, one repair up front, times."), _season
    ),
)


class NoSuchStarter(Exception):
    """There is no starter of that name."""

    code = "no_such_starter"


def begin(*, parent: Any, slug: str, user: Any) -> LandingPage:
    """Write a draft below a page, filled from a starter, with its first revision. Raises NoSuchStarter."""
    starter = next((each for each in STARTERS if each.slug == slug), None)
    if starter is None:
        raise NoSuchStarter(slug)
    page = LandingPage(title=free_title(str(starter.name), parent), live=False, owner=user, locale=parent.locale)
    page.body = [{"type": kind, "value": value} for kind, value in starter.blocks()]
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action=True, clean=False)
    return page


def free_title(name: str, parent: Any) -> str:
    """The name, or "name 2" and so on, as the first whose own slug is free below the page.

    The admin lets a draft's slug follow its title only as long as it is the title's own.
    """
    taken = set(parent.get_children().values_list("slug", flat=True))
    titles = chain([name], (f"{name} {number}" for number in count(2)))
    return next(title for title in titles if slugify(title, allow_unicode=True) not in taken)
