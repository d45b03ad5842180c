"""Keeping the prices in a draft's basket true to its answers: a new quote only where an answer changed."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from cms.models import RepairType
from shop import baskets, quotes
from shop.models import AddOn, BasketLineQuote, Draft, DraftItem, Quote

Wish = tuple[uuid.UUID | None, int]  # the thing's key and the repair's id


def answers_of(draft: Draft, item: DraftItem) -> dict[str, str]:
    """The answers that decide the price of one thing."""
    return {"condition": item.condition, "urgency": draft.urgency, "service_type": draft.service_type}


def share_out(add_ons: Iterable[AddOn], repair_types: list[RepairType]) -> dict[int, list[AddOn]]:
    """Which repair each chosen add-on is charged with: the first one that it fits, so that none is charged twice."""
    shared: dict[int, list[AddOn]] = {repair.pk: [] for repair in repair_types}
    for add_on in add_ons:
        fits = [repair for repair in repair_types if add_on.repair_type_id in (None, repair.pk)]
        if fits and add_on.active:
            shared[fits[0].pk].append(add_on)
    return shared


def subject_name(item: DraftItem) -> str:
    """What a thing without a device is called: the customer's own words, or nothing."""
    return str(item.thing.get("name", "")) if item.device_id is None else ""


def reprice(draft: Draft, at: datetime) -> list[str]:
    """Make the basket's lines follow the answers and return the names of repairs that are no longer offered.

    A price that still fits its answers and has not run out stays as it was frozen. Raises BasketClosed, NotForSale,
    OtherCurrency, OtherShop; then nothing is changed.
    """
    gone: list[str] = []
    with transaction.atomic():
        baskets.lock_open(draft.basket)
        items = list(draft.items.select_related("device__parent").prefetch_related("repair_types", "add_ons"))
        lines = _lines(draft, items)
        _keep_words(items, [row.quote for row in lines.values()])
        for item in items:
            chosen = list(item.repair_types.all())
            shared = share_out(item.add_ons.all(), chosen)
            for repair in chosen:
                added = shared[repair.pk]
                had = lines.pop((item.key, repair.pk), None)
                if had is not None and _fits(had.quote, draft, item, added, at):
                    continue
                try:
                    fresh = _issue(draft, item, repair, added, at)
                except quotes.NotOffered:
                    item.repair_types.remove(repair)
                    gone.append(repair.name)
                else:
                    baskets.add_quote(basket=draft.basket, quote=fresh, at=at)
                if had is not None:
                    _drop([had])
        _drop(list(lines.values()))
    draft.basket.reset_offer_applications()  # type: ignore[union-attr]  # a found draft has one
    return gone


def is_stale(draft: Draft, at: datetime) -> bool:
    """Whether a price in the basket has run out. One statement."""
    return BasketLineQuote.objects.filter(line__basket=draft.basket_id, quote__valid_until__lte=at).exists()


def _lines(draft: Draft, items: list[DraftItem]) -> dict[Wish, Any]:
    """The basket's lines that belong to these things; a line of another origin is nobody's business here."""
    keys = [item.key for item in items]
    rows = BasketLineQuote.objects.filter(line__basket=draft.basket_id, quote__item__in=keys)
    return {(row.quote.item, row.quote.repair_type_id): row for row in rows.select_related("quote", "line")}


def _fits(quote: Quote, draft: Draft, item: DraftItem, added: list[AddOn], at: datetime) -> bool:
    return (
        quotes.usable(quote, at)
        and quote.answers == answers_of(draft, item)
        and {row["slug"] for row in quote.add_ons} == {row.slug for row in added}
    )


def _issue(draft: Draft, item: DraftItem, repair: RepairType, added: list[AddOn], at: datetime) -> Quote:
    wish: dict[str, Any] = {
        "site": draft.site,
        "device": item.device,
        "repair_type": repair,
        "answers": answers_of(draft, item),
        "problem": item.problem,
        "thing": item.thing,
        "subject_name": subject_name(item),
        "item": item.key,
        "at": at,
    }
    try:
        return quotes.issue(**wish, add_ons=[row.slug for row in added])
    except quotes.AddOnNotOffered:
        return quotes.issue(**wish)


def _drop(rows: list[Any]) -> None:
    """Take lines out of the basket, and forget their prices: nobody else was told them."""
    if rows:
        quote_ids = [row.quote_id for row in rows]
        Line = rows[0].line.__class__
        Line.objects.filter(pk__in=[row.line_id for row in rows]).delete()
        Quote.objects.filter(pk__in=quote_ids, redeemed_order=None).delete()


def drop_item(draft: Draft, key: uuid.UUID) -> None:
    """Take everything that was priced for one thing out of the basket. Raises BasketClosed."""
    baskets.lock_open(draft.basket)
    rows = BasketLineQuote.objects.filter(line__basket=draft.basket_id, quote__item=key).select_related("line")
    _drop(list(rows))
    draft.basket.reset_offer_applications()  # type: ignore[union-attr]  # a found draft has one


def _keep_words(items: list[DraftItem], had: list[Quote]) -> None:
    """The customer's words do not change a price, so they may follow without a new quote."""
    words = {item.key: item.problem for item in items}
    changed = {quote.item for quote in had if quote.item and quote.problem != words[quote.item]}
    for key in changed:
        Quote.objects.filter(item=key, redeemed_order=None).update(problem=words[key])
