"""What a difference between our books and a provider's means, in words, and what a person should do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

THINGS = {
    "came": gettext_lazy("Payment"),
    "back": gettext_lazy("Refund"),
    "held": gettext_lazy("Money held back in a dispute"),
    "released": gettext_lazy("Money of a dispute that was won"),
}


@dataclass(frozen=True)
class Told:
    """A difference for a reader: what it is, what each side says, what to do, and where."""

    thing: str
    what: str
    advice: str
    difference: Mapping[str, Any]
    job: str = ""  # the reference of the job whose page shows the order, where the reader may see it


def told(difference: Mapping[str, Any], provider: str, *, mine: bool, job: str = "") -> Told:
    """The words for one difference. `mine`: it is of the reader's own shop, or of nobody's."""
    facts = {"ours": difference["ours"], "theirs": difference["theirs"], "provider": provider}
    thing = str(THINGS.get(difference["kind"], difference["kind"]))
    if not mine:
        hidden = dict.fromkeys(difference, "") | {"at": difference["at"]}
        return Told(thing, _("It belongs to another shop of this installation."), _("Their own staff see it."), hidden)
    known = bool(difference["order"])
    what, advice = {
        "only_theirs": (
            _("%(provider)s has %(theirs)s, our books have nothing."),
            _of_theirs(difference["kind"], known),
        ),
        "only_ours": (
            _("Our books have %(ours)s, %(provider)s does not show it."),
            _("Compare again tomorrow. If it stays, look it up at the provider: the money may not be there."),
        ),
        "amount": (
            _("Our books say %(ours)s, %(provider)s says %(theirs)s."),
            _("Look it up at the provider. What came too much goes back, what is missing is asked for again."),
        ),
        "fee": (
            _("The fee is %(ours)s in our books and %(theirs)s at %(provider)s."),
            _("Nothing for the customer: tell your accountant, and whoever runs this installation."),
        ),
    }[difference["what"]]
    return Told(thing, what % facts, advice, difference, job)


def _of_theirs(kind: str, known: bool) -> str:
    if known:
        return _("It was looked up and could not be booked. The odd payments say why.")
    return {
        "came": _("It was paid past this shop. Look it up at the provider: give it back there, or note whose it is."),
        "back": _("It was given back for a payment that is not ours. Look it up at the provider."),
    }.get(kind, _("Answer the dispute at the provider: it is about a payment that is not ours."))
