"""The seven steps of a booking, as the bar at the top of each page shows them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.drafts import STEPS
from shop.models import Draft

NAMES: dict[str, str | Promise] = {
    "device": _("Device"),
    "issue": _("Issue"),
    "time": _("Service and time"),
    "photos": _("Photos"),
    "details": _("Details"),
    "payment": _("Payment"),
    "confirmation": _("Confirmation"),
}


@dataclass(frozen=True)
class Step:
    """One step: its number from 1, its name, where it is (None: not yet), and done, current, open or next."""

    number: int
    name: str | Promise
    url: str | None
    state: str


def steps(*, draft: Draft | None, token: str, current: str) -> list[Step]:
    """All seven steps seen from `current` (one of drafts.STEPS); those that were reached before are links."""
    here = STEPS.index(current)
    reached = max(here, STEPS.index(draft.reached) if draft else 0)
    shown = []
    for place, code in enumerate(STEPS):
        if place == here:
            state = "current"
        elif place < reached:
            state = "done"
        else:
            state = "open" if place == reached else "next"
        open_now = draft is not None and token and state in {"done", "open"}
        shown.append(Step(place + 1, NAMES[code], address(draft, token, code) if open_now else None, state))
    return shown


def address(draft: Draft | None, token: str, step: str) -> str | None:
    """Where a step of this draft is; None for the confirmation, which is no step one can go to."""
    if draft is None or step == "confirmation":
        return None
    if step == "issue":
        first = next(iter(draft.items.all()), None)
        return reverse("draft-issue", args=[token, first.key]) if first else reverse("draft-device", args=[token])
    return reverse(f"draft-{step}", args=[token])
