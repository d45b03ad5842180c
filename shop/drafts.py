"""Unfinished bookings: started, found by their link, answered step by step, taken over by a browser, forgotten."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from cms.models import RepairType, Subject
from cms.sites import Site
from repairs import photos
from shop.baskets import BasketClosed
from shop.draft_links import NO_LONGER, DraftNotFound, find, hash_token, link_token, new_token
from shop.draft_prices import Repriced, drop_item, is_stale, reprice
from shop.draft_pruning import prune
from shop.models import AddOn, BasketVisit, Draft, DraftItem

__all__ = ["DraftNotFound", "Repriced", "find", "is_stale", "link_token", "prune", "reprice"]

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
CheckoutSessionData = get_class("checkout.utils", "CheckoutSessionData")
Selector = get_class("partner.strategy", "Selector")

STEPS = ("device", "issue", "time", "photos", "details", "payment", "confirmation")
SESSION_KEY = "draft"
MOST_THINGS = 10
LONGEST_TEXT = 2000
MOST_VALUES = 60
MOST_UNSENT = 10_000  # characters of one step


class DraftNotYours(Exception):
    """The draft belongs to somebody else's log-in."""

    code = "permission_denied"


class DraftPlaced(Exception):
    """The draft has become an order, which is `order`."""

    code = "already_placed"

    def __init__(self, message: str, order: Any) -> None:
        super().__init__(message)
        self.order = order


class TooManyThings(Exception):
    """One booking is of so many things at most; more are better talked about."""

    code = "too_many_things"


class ThingGone(Exception):
    """The thing is no longer in the draft: it was taken out meanwhile."""

    code = "thing_gone"


def start(*, site: Site, at: datetime, currency: str = "") -> tuple[Draft, str]:
    """Make an empty draft with its basket, and return it with the token of its link. `currency`: blank, the shop's."""
    token = new_token()
    with transaction.atomic():
        basket = Basket.objects.create()
        BasketVisit.objects.create(basket=basket, site=site)
        draft = Draft.objects.create(
            site=site,
            token_hash=hash_token(token),
            basket=basket,
            currency=currency,
            created_at=at,
            changed_at=at,
        )
    basket.strategy = Selector().strategy(at=at)
    return draft, token


def of(basket: Any) -> Draft | None:
    """The draft of a basket, or None."""
    return Draft.objects.filter(basket=basket.pk).first() if basket.pk else None


def check(draft: Draft, *, user: Any) -> None:
    """Raise DraftPlaced when it has become an order, DraftNotYours when it is of another log-in than `user`."""
    basket: Any = draft.basket
    if basket.status == Basket.SUBMITTED:
        order = Order.objects.filter(basket=basket).order_by("pk").first()
        raise DraftPlaced(_("This booking has been placed."), order)
    if basket.owner_id is not None and basket.owner_id != user.pk:
        raise DraftNotYours(_("This booking belongs to another log-in."))


def adopt(*, request: HttpRequest, draft: Draft, at: datetime, token: str = "") -> None:
    """Make the draft's basket the basket of this browser (or log-in), and fill the checkout with its details.

    Whatever was in the basket before stays: with its own draft under its own link, else in this one. Raises
    DraftNotYours, DraftPlaced, BasketClosed (it was placed in this very moment).
    """
    check(draft, user=request.user)
    basket: Any = draft.basket
    basket.strategy = Selector().strategy(at=at)
    cookie = settings.OSCAR_BASKET_COOKIE_OPEN  # type: ignore[misc]  # comes with oscar.defaults
    if request.user.is_authenticated:
        _own(basket, request.user)
        surplus = cookie in request.COOKIES
    else:
        surplus = request.COOKIES.get(cookie, "") != Signer().sign(basket.pk)
    if surplus:
        request.cookies_to_delete.append(cookie)  # type: ignore[attr-defined]  # Oscar's middleware writes it anew
    request.basket = request._basket_cache = basket  # type: ignore[attr-defined]
    if request.session.get(SESSION_KEY) != (mine := token or request.session.get(SESSION_KEY) or link_token(draft)):
        request.session[SESSION_KEY] = mine
    _seed(CheckoutSessionData(request), draft)


def _own(basket: Any, user: Any) -> None:
    """The basket becomes the log-in's only open one; others are put aside under their links, or their lines join."""
    with transaction.atomic():
        if basket.owner_id != user.pk or basket.status != Basket.OPEN:
            _take_over(basket, user)
        others = list(Basket.objects.filter(owner=user, status=Basket.OPEN).exclude(pk=basket.pk))
        kept = set(Draft.objects.filter(basket__in=others).values_list("basket_id", flat=True)) if others else set()
        for other in others:
            if other.pk in kept:
                Basket.objects.filter(pk=other.pk, status=Basket.OPEN).update(status=Basket.SAVED)
            else:
                basket.merge(other)


def _take_over(basket: Any, user: Any) -> None:
    """Only what is nobody's or theirs and not ordered meanwhile, whatever was read before. Raises BasketClosed."""
    free = Q(owner=None) | Q(owner=user)
    rows = Basket.objects.filter(free, pk=basket.pk, status__in=[Basket.OPEN, Basket.SAVED])
    if not rows.update(owner=user, status=Basket.OPEN):
        raise BasketClosed(_("This booking was placed, or went on, somewhere else meanwhile."))
    basket.owner, basket.status = user, Basket.OPEN


def _seed(session: Any, draft: Draft) -> None:
    code = draft.service_type.replace("_", "-")
    if session.shipping_method_code(draft.basket) != code:
        session.use_shipping_method(code)
    if draft.details and session.details() != draft.details:
        session.set_details(draft.details)
        session.set_guest_email(draft.details.get("email", ""))


def add_item(
    draft: Draft,
    *,
    at: datetime,
    device: Subject | None = None,
    thing: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
) -> DraftItem:
    """Add a thing to the draft and return it; the same `key` again returns the thing it made. Raises TooManyThings."""
    with transaction.atomic():
        _lock(draft, at)
        found = draft.items.filter(key=key).first() if key else None
        if found is not None:
            return found
        if draft.items.count() >= MOST_THINGS:
            raise TooManyThings(_("One booking takes ten things. Call us for more; we find a time together."))
        if key is None or DraftItem.objects.filter(key=key).exists():
            key = uuid.uuid4()
        item = DraftItem.objects.create(draft=draft, key=key, device=device, thing=dict(thing or {}))
        reach(draft, "issue")
    return item


def answer_issue(
    draft: Draft,
    item: DraftItem,
    *,
    repair_types: Iterable[RepairType],
    add_ons: Iterable[AddOn] = (),
    part_grades: Mapping[str, str] | None = None,
    condition: str,
    problem: str,
    at: datetime,
) -> Repriced:
    """Keep what is wrong with one thing and what is to be done, and price it. Returns what `reprice` does.

    `part_grades`: the chosen grade of part by the id of the repair.

    Raises ThingGone, and what `reprice` raises.
    """
    with transaction.atomic():
        _lock(draft, at)
        item.condition, item.problem = condition, clean(problem)
        item.part_grades = dict(part_grades or {})
        words = {"condition": item.condition, "problem": item.problem, "part_grades": item.part_grades}
        if not draft.items.filter(pk=item.pk).update(**words):
            raise ThingGone(_("This was taken out of your booking on another device."))
        item.repair_types.set(repair_types)
        item.add_ons.set(add_ons)
        return reprice(draft, at)


def answer_service(draft: Draft, *, urgency: str, service_type: str, at: datetime) -> Repriced:
    """Keep how soon and by which way, and price everything for it. Returns and raises what `reprice` does."""
    with transaction.atomic():
        _lock(draft, at)
        changed = (draft.urgency, draft.service_type) != (urgency, service_type)
        draft.urgency, draft.service_type = urgency, service_type
        _write(draft, "urgency", "service_type")
        return reprice(draft, at) if changed else Repriced([], [])


def remove_item(draft: Draft, *, key: uuid.UUID, at: datetime) -> bool:
    """Take a thing out of the draft with prices and photos. Says whether it was there. Raises BasketClosed."""
    with transaction.atomic():
        _lock(draft, at)
        if not draft.items.filter(key=key).exists():
            return False
        drop_item(draft, key)
        for photo in photos.of_batch(site=draft.site, batch=photos.batch_of(key, "")):
            photos.remove(photo, at=at)
        forget_unsent(draft, f"issue:{key}")
        draft.items.filter(key=key).delete()
    return True


def reach(draft: Draft, step: str) -> None:
    """Remember the furthest step; going back to an earlier one forgets nothing."""
    if STEPS.index(step) > STEPS.index(draft.reached):
        draft.reached = step
        _write(draft, "reached")


def clean(text: Any) -> str:
    """Text as every database keeps it, at most two thousand characters."""
    return str(text).replace("\x00", "").encode("utf-8", "replace").decode()[:LONGEST_TEXT]


def keep_unsent(draft: Draft, step: str, values: Mapping[str, list[str]], *, at: datetime | None = None) -> None:
    """Keep what was typed on a step and not yet sent; nothing is judged but its length. The last to write wins."""
    with transaction.atomic():
        draft.unsent = _lock(draft, at).unsent
        draft.unsent[step] = _short(values)
        _write(draft, "unsent")


def _short(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """As much as a person types, and no more of what a machine may send: the row is read with every page."""
    room, kept = MOST_UNSENT, {}
    for name, many in list(values.items())[:MOST_VALUES]:
        texts = [clean(value) for value in many[:MOST_VALUES]]
        room -= sum(map(len, texts))
        if room < 0:
            break
        kept[clean(name)[:60]] = texts
    return kept


def forget_unsent(draft: Draft, step: str) -> None:
    """A step was sent: what was kept of it unsent is not needed any more."""
    if step in draft.unsent:
        with transaction.atomic():
            draft.unsent = _lock(draft, None).unsent
            draft.unsent.pop(step, None)
            _write(draft, "unsent")


def save_details(draft: Draft, details: Mapping[str, Any]) -> None:
    """Keep the checkout's details (name, email, phone, notes, address) with the draft, for other devices."""
    draft.details = dict(details)
    _write(draft, "details")
    forget_unsent(draft, "details")
    reach(draft, "payment")


def _lock(draft: Draft, at: datetime | None) -> Draft:
    """Lock the row, so that two devices write one after the other; note when it was last changed.

    Raises DraftNotFound, as every writer does: it may have been forgotten since it was read.
    """
    locked = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if locked is None:
        raise DraftNotFound(NO_LONGER)
    if at is not None:
        draft.changed_at = at
        Draft.objects.filter(pk=draft.pk).update(changed_at=at)
    draft.urgency, draft.service_type = locked.urgency, locked.service_type  # another tab may have answered since
    return locked


def _write(draft: Draft, *names: str) -> None:
    if not Draft.objects.filter(pk=draft.pk).update(**{name: getattr(draft, name) for name in names}):
        raise DraftNotFound(NO_LONGER)
