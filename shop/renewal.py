"""A price asked for again: today's, with what came, went or changed since the one before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from shop import facts, quotes
from shop.models import Quote
from shop.templatetags.money import money, signed_money

QUICK = timedelta(minutes=10)  # asked twice within it, the same new price is given


@dataclass(frozen=True)
class LineChange:
    """A line that is not what it was: its gross amount before (None: it came) and now (None: it went)."""

    name: str
    before: Decimal | None
    now: Decimal | None

    @property
    def step(self) -> Decimal:
        """What it adds to the price."""
        return (self.now or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class Difference:
    """From one price to the next of the same repair. Amounts are gross; `before` and `now` are the totals."""

    repair: str
    before: Decimal
    now: Decimal
    currency: str
    changes: tuple[LineChange, ...]

    @property
    def amount(self) -> Decimal:
        """How much more it is; less than nothing when it became cheaper."""
        return self.now - self.before

    @property
    def words(self) -> str:
        """Was £199.99, now £209.99 (Saturday visit: +£10.00)."""
        told = {"before": money(self.before, self.currency), "now": money(self.now, self.currency)}
        because = ", ".join(f"{row.name}: {signed_money(row.step, self.currency)}" for row in self.changes)
        if self.amount == 0:
            return _("It is still %(now)s.") % told
        return _("Was %(before)s, now %(now)s (%(because)s).") % {**told, "because": because}


def difference(old: Quote, new: Quote) -> Difference:
    """What changed between two prices of one repair, line by line in the order of the new one."""
    before = _amounts(old)
    changes = []
    for number, (name, now) in enumerate(_amounts(new)):
        # The first line is the base price, whatever it is called by now.
        place = 0 if number == 0 else next((at for at, row in enumerate(before) if at and row and row[0] == name), None)
        had = before[place] if place is not None else None
        if place is not None:
            before[place] = None
        was = had[1] if had else None
        if was != now:
            changes.append(LineChange(name, was, now))
    changes += [LineChange(row[0], row[1], None) for row in before if row]
    return Difference(new.repair_name, old.total, new.total, new.currency, tuple(changes))


def _amounts(quote: Quote) -> list[Any]:
    return [(line["name"], Decimal(line["amount"])) for line in quote.lines]


def renew(quote: Quote, at: datetime) -> tuple[Quote, Difference]:
    """Ask again for a price that was given, and return today's with the difference; the old one stays as it was.

    Asked again within ten minutes, it is the same new price. What is no longer on offer is left out: add-ons, a grade
    of part, a visit that has passed. Raises QuoteRedeemed, NotOffered when the repair itself is gone.
    """
    if quote.redeemed_order_id is not None:
        quotes.check(quote, at)
    with transaction.atomic():
        Quote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
        recent = Quote.objects.filter(replaces=quote.pk, issued_at__gt=at - QUICK, redeemed_order=None).order_by("-pk")
        fresh = recent.select_related("device", "repair_type", "site__shop").first()
        fresh = fresh or again(quote, at, visit_at=quote.visit_at if quote.visit_at and quote.visit_at > at else None)
    return fresh, difference(quote, fresh)


def again(quote: Quote, at: datetime, *, visit_at: datetime | None) -> Quote:
    """Today's price of what the quote is about, for this visit. Raises NotOffered (also PriceOnRequest)."""
    gone = _("We do not offer %(repair)s for %(name)s any more.")
    gone %= {"repair": quote.repair_name, "name": quote.subject_name}
    if quote.is_withdrawn:
        raise quotes.NotOffered(gone)
    tree = facts.trees_of([quote.device])[quote.device.pk] if quote.device else ()
    kinds = [quote.repair_type_id]
    fitting = facts.add_ons_of(quote.site, tree=tree, repair_type_ids=kinds, currency=quote.currency)
    known = {row.slug for row in fitting}
    wish: dict[str, Any] = {
        "site": quote.site,
        "device": quote.device,
        "repair_type": quote.repair_type,
        "add_ons": [row["slug"] for row in quote.add_ons if row["slug"] in known],
        "problem": quote.problem,
        "thing": quote.thing,
        "subject_name": quote.subject_name,
        "contact": quote.contact,
        "item": quote.item,
        "visit_at": visit_at,
        "currency": quote.currency,
        "replaces": quote,
        "at": at,
    }
    try:
        return quotes.issue(**wish, answers=quote.answers)
    except quotes.PartNotOffered:
        return quotes.issue(**wish, answers={**quote.answers, "part_grade": ""})
    except quotes.PriceOnRequest:
        raise
    except quotes.NotOffered as refusal:
        raise quotes.NotOffered(gone) from refusal
