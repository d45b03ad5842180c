"""Where in the seven steps the checkout stands: the draft of this browser, and the links back to each step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from shop import baskets, draft_links, drafts
from shop.models import Draft
from shop.wizard.steps import steps


@dataclass(frozen=True)
class Way:
    """The draft with its token and the links back to its steps; all blank for a basket that came without one."""

    draft: Draft | None = None
    token: str = ""
    things: str = ""
    time: str = ""
    photos: str = ""

    @property
    def method(self) -> str:
        """The shipping code that was chosen with the time, or blank when it is still to be chosen here."""
        return self.draft.service_type.replace("_", "-") if self.draft else ""

    def shown(self, current: str) -> dict[str, Any]:
        """What a page shows of it: `way` itself and the seven `steps` as seen from this one."""
        return {"way": self, "steps": steps(draft=self.draft, token=self.token, current=current)}


def way_of(request: HttpRequest) -> Way:
    """The way of this browser's basket: its draft with all that the steps show."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    draft = draft_links.complete(Draft.objects.filter(basket=basket.pk)).first() if basket.pk else None
    if draft is None:
        return Way()
    mine = str(request.session.get(drafts.SESSION_KEY, ""))
    token = mine if draft.token_hash == baskets.hash_token(mine) else drafts.link_token(draft)
    return Way(draft, token, *(reverse(f"draft-{step}", args=[token]) for step in ("device", "time", "photos")))


def keep_details(way: Way, details: dict[str, Any]) -> bool:
    """Keep the answers with the draft too, so that they are there on another device. False: it is forgotten by now."""
    try:
        if way.draft is not None:
            drafts.save_details(way.draft, details)
    except drafts.DraftNotFound:
        return False
    return True


def keep_typed(way: Way, typed: dict[str, str], at: datetime) -> bool:
    """Keep what was typed and not sent with the draft too. False: it is forgotten by now."""
    try:
        if way.draft is not None:
            drafts.keep_unsent(way.draft, "details", {name: [value] for name, value in typed.items() if value}, at=at)
    except drafts.DraftNotFound:
        return False
    return True


def typed_elsewhere(way: Way) -> dict[str, str]:
    """What was typed on another device and not sent, by field."""
    unsent = way.draft.unsent.get("details", {}) if way.draft else {}
    return {name: values[0] for name, values in unsent.items() if isinstance(values, list) and values}


def reprice(way: Way, at: datetime) -> bool:
    """Ask anew for the draft's prices that ran out; False when there is no draft, or no price to be had."""
    if way.draft is None:
        return False
    try:
        drafts.reprice(way.draft, at)
    except (baskets.BasketClosed, baskets.NotForSale, baskets.OtherCurrency, baskets.OtherShop):
        return False
    return not drafts.is_stale(way.draft, at)
