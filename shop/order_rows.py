"""The rows an order is born with beside Oscar's: its quotes used up, its total asked for, its jobs opened."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from repairs import jobs, photos
from repairs.models import Job
from shop.basket_photos import batch_for
from shop.models import LedgerEntry, OrderJob, OrderLineQuote, Quote
from shop.payments import entries
from shop.quotes import QuoteRedeemed


def redeem(sold: list[Quote], order: Any) -> None:
    """Mark the quotes used for this order only; two baskets with one quote end here. Raises QuoteRedeemed."""
    ids = [quote.pk for quote in sold]
    if Quote.objects.filter(pk__in=ids, redeemed_order=None).update(redeemed_order=order) != len(ids):
        raise QuoteRedeemed(_("A price in your basket has already been used for another order."))


def ask_for_total(order: Any, at: datetime) -> None:
    """Write into the ledger that the order's total is due."""
    entries.entry(order, None, LedgerEntry.Kind.DUE, order.total_incl_tax, key=f"due:{order.number}", at=at).save(
        force_insert=True
    )


def open_jobs(order: Any, at: datetime, *, has_photos: bool = False) -> list[Job]:
    """One job for each thing that is repaired; two repairs of one device are two tasks of one job.

    Reads the pairs of order line and quote that the order's creator kept as `order.sold`; leaves `order.opened_jobs`.
    With `has_photos` the pictures that were sent for each thing come along.
    """
    visit = order.visit
    things: dict[Any, list[tuple[Any, Quote]]] = {}
    for line, quote in order.sold:
        key = quote.item or (quote.device_id, quote.subject_name, str(quote.thing))
        things.setdefault(key, []).append((line, quote))
    order.opened_jobs = jobs.open_jobs(
        site=visit.site,
        contact=visit.contact,
        appointment=visit.appointment,
        wanted=[_new_job([quote for _line, quote in pairs]) for pairs in things.values()],
        at=at,
    )
    OrderJob.objects.bulk_create([OrderJob(job=job, order=order) for job in order.opened_jobs])
    OrderLineQuote.objects.bulk_create(
        OrderLineQuote(line=line, quote=quote, job=job)
        for job, pairs in zip(order.opened_jobs, things.values(), strict=True)
        for line, quote in pairs
    )
    if has_photos:
        for job, pairs in zip(order.opened_jobs, things.values(), strict=True):
            photos.attach(job=job, batches=[batch_for(order.basket_id, quote) for _line, quote in pairs])
    return order.opened_jobs  # type: ignore[no-any-return]


def _new_job(quoted: list[Quote]) -> jobs.NewJob:
    first = quoted[0]
    return jobs.NewJob(
        device=first.device,
        subject_name=first.subject_name,
        thing=first.thing,
        condition=first.answers.get("condition", ""),
        urgent=any(quote.answers.get("urgency") == "urgent" for quote in quoted),
        hand_over=first.answers.get("service_type", ""),
        extras=[add_on["name"] for quote in quoted for add_on in quote.add_ons],
        problem="\n\n".join(dict.fromkeys(quote.problem for quote in quoted if quote.problem)),
        tasks=[jobs.NewTask(repair_type=q.repair_type, name=q.repair_name, minutes=q.minutes) for q in quoted],
    )
