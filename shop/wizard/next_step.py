"""Where a booking goes on."""

from django.urls import reverse

from shop import baskets
from shop.models import DraftItem
from shop.wizard.opening import Opened


def unanswered(opened: Opened, *, besides: DraftItem | None = None) -> DraftItem | None:
    """The first thing without a repair, or None."""
    items = [item for item in opened.draft.items.all() if besides is None or item.pk != besides.pk]
    return next((item for item in items if not item.repair_types.all()), None)


def after_issue(opened: Opened, item: DraftItem) -> str:
    """The address after a thing was answered: another device when that was asked for, the next thing, or the time."""
    if opened.request.POST.get("next") == "device":
        return reverse("draft-device", args=[opened.token])
    left = unanswered(opened, besides=item)
    return reverse("draft-issue", args=[opened.token, left.key]) if left else reverse("draft-time", args=[opened.token])


def furthest(opened: Opened) -> str:
    """The address of the furthest step that is of use: nothing that it needs is missing."""
    draft, token = opened.draft, opened.token
    items = list(draft.items.all())
    if not items:
        return reverse("draft-device", args=[token])
    left = unanswered(opened)
    if left is not None:
        return reverse("draft-issue", args=[token, left.key])
    visit = getattr(draft.basket, "visit", None)
    if draft.reached in {"device", "issue", "time"} or not visit or not baskets.is_kept(visit.hold, opened.at):
        return reverse("draft-time", args=[token])
    return reverse(f"draft-{draft.reached}", args=[token])
