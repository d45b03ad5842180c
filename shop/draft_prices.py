"""Keeping the prices in a draft's basket true to its answers: a new quote only where an answer changed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cms.models import RepairType
from shop import baskets, currencies, facts, quotes, visit_prices
from shop.models import AddOn, BasketLineQuote, Draft, DraftItem, Quote
from shop.renewal import Difference, difference

Wish = tuple[uuid.UUID | None, int]  # the thing's key and the repair's id


def answers_of(draft: Draft, item: DraftItem, repair: RepairType) -> dict[str, str]:
    """The answers that decide the price of one repair of one thing."""
    answers = {"condition": item.condition, "urgency": draft.urgency, "service_type": draft.service_type}
    grade = item.part_grades.get(str(repair.pk), "")
    return answers | {"part_grade": grade} if grade else answers


def currency_of(draft: Draft) -> str:
    """What the draft is priced in; blank or the shop's own one where none was chosen, or it is not offered any more."""
    if not draft.currency:
        return ""
    return draft.currency if draft.currency in currencies.offered(draft.site.shop) else draft.site.shop.currency


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


@dataclass(frozen=True)
class Repriced:
    """What became of the prices: names of repairs that are no longer offered, and each price that is another now."""

    gone: list[str]
    moved: list[Difference]


def reprice(draft: Draft, at: datetime) -> Repriced:
    """Make the basket's lines follow the answers and the held time, and tell what became of their prices.

    A price that still fits its answers and has not run out stays as it was frozen. Raises BasketClosed, NotForSale,
    OtherCurrency, OtherShop; then nothing is changed.
    """
    done, visit_at, currency = Repriced([], []), _visit(draft, at), currency_of(draft)
    with transaction.atomic():
        baskets.lock_open(draft.basket)
        items = list(draft.items.select_related("device__parent").prefetch_related("repair_types", "add_ons"))
        lines = _lines(draft, items)
        _keep_words(items, [row.quote for row in lines.values()])
        # A basket is in one currency at every moment: what is in another goes first.
        _drop([row for row in lines.values() if currency and row.quote.currency != currency])
        for item in items:
            chosen = list(item.repair_types.all())
            shared = share_out(item.add_ons.all(), chosen)
            for repair in chosen:
                added = shared[repair.pk]
                had = lines.pop((item.key, repair.pk), None)
                stays = had is not None and (not currency or had.quote.currency == currency)
                if stays and _fits(had.quote, answers_of(draft, item, repair), added, visit_at, at):
                    continue
                try:
                    fresh = _issue(draft, item, repair, added, visit_at, at)
                except quotes.NotOffered:
                    item.repair_types.remove(repair)
                    done.gone.append(repair.name)
                else:
                    baskets.add_quote(basket=draft.basket, quote=fresh, at=at)
                    if stays and had.quote.total != fresh.total:
                        done.moved.append(difference(had.quote, fresh))
                if had is not None:
                    _drop([had])
        _drop(list(lines.values()))
    draft.basket.reset_offer_applications()  # type: ignore[union-attr]  # a found draft has one
    return done


def is_stale(draft: Draft, at: datetime) -> bool:
    """Whether a price in the basket has run out. One statement."""
    return BasketLineQuote.objects.filter(line__basket=draft.basket_id, quote__valid_until__lte=at).exists()


def _lines(draft: Draft, items: list[DraftItem]) -> dict[Wish, Any]:
    """The basket's lines that belong to these things; a line of another origin is nobody's business here."""
    keys = [item.key for item in items]
    rows = BasketLineQuote.objects.filter(line__basket=draft.basket_id, quote__item__in=keys)
    return {(row.quote.item, row.quote.repair_type_id): row for row in rows.select_related("quote", "line")}


def _fits(quote: Quote, answers: dict[str, str], added: list[AddOn], visit_at: datetime | None, at: datetime) -> bool:
    return (
        quotes.usable(quote, at)
        and (visit_at is None or quote.visit_at == visit_at or not visit_prices.moves(quote, visit_at, at))
        and quote.answers == answers
        and {row["slug"] for row in quote.add_ons} == {row.slug for row in added}
    )


def _visit(draft: Draft, at: datetime) -> datetime | None:
    """The time that is held for the draft, where prices depend on it."""
    visit = getattr(draft.basket, "visit", None)
    hold = visit.hold if visit else None
    if hold is None or not baskets.is_kept(hold, at) or not facts.visits_matter(draft.site):
        return None
    return hold.starts_at  # type: ignore[no-any-return]  # a row of another room


def _issue(
    draft: Draft, item: DraftItem, repair: RepairType, added: list[AddOn], visit_at: datetime | None, at: datetime
) -> Quote:
    wish: dict[str, Any] = {
        "site": draft.site,
        "device": item.device,
        "repair_type": repair,
        "answers": answers_of(draft, item, repair),
        "problem": item.problem,
        "thing": item.thing,
        "subject_name": subject_name(item),
        "item": item.key,
        "visit_at": visit_at,
        "currency": currency_of(draft),
        "at": at,
    }
    try:
        return quotes.issue(**wish, add_ons=[row.slug for row in added])
    except quotes.AddOnNotOffered:
        return quotes.issue(**wish, add_ons=[])
    except quotes.PartNotOffered:
        item.part_grades.pop(str(repair.pk))
        item.save(update_fields=["part_grades"])
        return _issue(draft, item, repair, added, visit_at, at)


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
