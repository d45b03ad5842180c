"""Taking a thing in at the counter: price, order, job and promise in one go, for somebody who stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cms.models import RepairType, Subject
from cms.sites import Site
from repairs import jobs, workflow
from repairs.models import Job
from shop import baskets, facts, placement, quotes
from shop.counter.prices import SHIPPING, share_out
from shop.models import OrderVisit

SALT = "mendwell.intake"
PAY_BY = "in_store"


@dataclass(frozen=True)
class Thing:
    """What lies on the counter and what is to be done to it. `device` None: something that is in no catalogue."""

    device: Subject | None
    subject_name: str
    repair_types: Sequence[RepairType]
    answers: dict[str, str]
    part_grades: Mapping[int, str] = field(default_factory=dict)  # by the repair's id, where one was chosen
    add_ons: Sequence[str] = ()
    problem: str = ""
    marks: dict[str, str] = field(default_factory=dict)  # serial number, registration: what tells it from others


def can_take_in() -> bool:
    """Whether this shop takes money at the counter; without it there is no way to order there."""
    return PAY_BY in settings.PAYMENT_PROVIDERS


def take_in(
    *,
    site: Site,
    thing: Thing,
    customer: placement.Customer,
    consent: placement.Consent,
    once: str,
    by: Any,
    at: datetime,
    shown_total: Decimal | None = None,
    promised_at: datetime | None = None,
    technician: Any = None,
) -> Job:
    """Sell the repairs of one thing to a person at the counter and return the job, which is RECEIVED.

    All or nothing. The same `once` is one job however often and however fast it is sent: the later ones get the
    first one's job. `shown_total` is the sum that the customer heard (None: whatever it is). Money is taken on the
    job's page. Raises everything in placement.PROBLEMS, NotOffered, AddOnNotOffered, AnswerNotKnown and NotForSale.
    """
    if known := taken_before(site=site, once=once):
        return known
    _refuse_unless_possible()
    try:
        with transaction.atomic():
            order = _order(site, thing, customer, consent, _token(site, once), shown_total, at)
            job: Job = order.opened_jobs[0]
            if promised_at is not None:
                jobs.promise(job.pk, promised_at=promised_at, by=by, at=at)
            if technician is not None:
                jobs.assign(job.pk, technician=technician, by=by, at=at)
            # The order's own letter says that we have it; a second one a moment later would say nothing new.
            workflow.move(job.pk, to=Job.Status.RECEIVED, by=by, at=at, because="order.placed")
    except (IntegrityError, baskets.BasketClosed, placement.AlreadyPlaced, placement.BasketEmpty):
        # Somebody sent the same form at the same moment and was first: theirs is ours.
        first = taken_before(site=site, once=once)
        if first is None:
            raise
        return first
    job.refresh_from_db()
    return job


def _refuse_unless_possible() -> None:
    if not can_take_in():
        raise placement.WayToPayNotOffered(_("Paying at the counter is switched off, so nothing can be taken in here."))


def taken_before(*, site: Site, once: str) -> Job | None:
    """The job that a form with this mark has made already, or None."""
    hashed = baskets.hash_token(_token(site, once))
    visit = OrderVisit.objects.filter(site=site, token_hash=hashed).first()
    return Job.objects.filter(order_row__order=visit.order_id).order_by("pk").first() if visit else None


def _token(site: Site, once: str) -> str:
    """The basket's token: made from the mark, but not to be guessed from it, because a token may read its order."""
    return salted_hmac(SALT, f"{site.pk}:{once}", algorithm="sha256").hexdigest()


def _order(
    site: Site,
    thing: Thing,
    customer: placement.Customer,
    consent: placement.Consent,
    token: str,
    shown_total: Decimal | None,
    at: datetime,
) -> Any:
    basket = baskets.open_basket(site=site, token=token, at=at)
    item, extras = uuid4(), _extras(site, thing)
    for repair_type in thing.repair_types:
        quote = quotes.issue(
            site=site,
            device=thing.device,
            repair_type=repair_type,
            answers=thing.answers | {"part_grade": thing.part_grades.get(repair_type.pk, "")},
            add_ons=extras.get(repair_type.pk, []),
            problem=thing.problem,
            thing=thing.marks,
            subject_name=thing.subject_name,
            item=item,
            at=at,
        )
        baskets.add_quote(basket=basket, quote=quote, at=at)
    return placement.place(
        basket=basket,
        customer=customer,
        pay_by=PAY_BY,
        shipping_code=SHIPPING,
        address=None,
        shown_total=shown_total,
        at=at,
        consent=consent,
        walk_in=True,
    )


def _extras(site: Site, thing: Thing) -> dict[int, list[str]]:
    """The slugs of the wanted add-ons by the repair they go with. Raises AddOnNotOffered."""
    if not thing.add_ons:
        return {}
    ids = [row.pk for row in thing.repair_types]
    tree = facts.trees_of([thing.device])[thing.device.pk] if thing.device else ()
    rows = [row for row in facts.add_ons_of(site, tree=tree, repair_type_ids=ids) if row.slug in thing.add_ons]
    missing = set(thing.add_ons) - {row.slug for row in rows}
    if missing:
        raise quotes.AddOnNotOffered(
            _("We do not offer %(name)s with this repair.") % {"name": ", ".join(sorted(missing))}
        )
    return {pk: [row.slug for row in shared] for pk, shared in share_out(rows, ids).items()}
