"""The demo's days: visits around today, made by the product's own verbs as if customers had been here all week.

Every moment is told from today, in the shop's zone. Visits are booked the day before, so that there is a today on
a Sunday and at midnight too. Starting again on another day adds what that day lacks and moves on what grew old.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files import File
from django.utils.text import slugify
from oscar.core.loading import get_model
from wagtail.models import Site

from cms.models import RepairType, Subject
from cms.sites import shop_settings
from repairs import jobs, photos, workflow
from repairs.booking import SlotNotOffered, SlotTaken
from repairs.models import Appointment, Job
from shop import baskets, placement, quotes, reserve
from shop.payments import demo_bank, ledger, returning, starting
from site_config.demo import people
from site_config.demo.packs import Pack
from site_config.demo.visits import Visit, visits_of

Status = Job.Status
MANY = 3  # so many visits make a day that needs no more
OLD_DAYS = 3
USUAL_WAY = (Status.RECEIVED, Status.REPAIRING, Status.TESTING, Status.READY, Status.COLLECTED)


def fill(*, site: Site, pack: Pack, at: datetime) -> int:
    """Book the visits that the days around `at` lack, and bring old jobs to an end. Returns how many were booked."""
    zone, visits = shop_settings(site).zone, visits_of(pack)
    today = at.astimezone(zone).date()
    _close_old(site, visits, today, at)
    booked = 0
    for visit in _lacking(site, visits, today, zone):
        starts_at = datetime.combine(today + timedelta(days=visit.day), visit.start, zone)
        placed_at = datetime.combine(today + timedelta(days=min(visit.day, 0) - 1), time(17), zone)
        booked += _book(visit, _customer(visit, visits), site=site, pack=pack, when=(starts_at, placed_at), at=at)
    return booked


def _lacking(site: Site, visits: list[Visit], today: date, zone: Any) -> Iterator[Visit]:
    """The visits of those days that have too few: three make a today, one makes any other day.

    Days that lie back are told once, when the shop is new.
    """
    there: dict[int, int] = {}
    for starts_at in Appointment.objects.filter(site=site).values_list("starts_at", flat=True):
        day = (starts_at.astimezone(zone).date() - today).days
        there[day] = there.get(day, 0) + 1
    is_new = not there
    for visit in visits:
        if (is_new or visit.day >= -OLD_DAYS) and there.get(visit.day, 0) < (MANY if visit.day == 0 else 1):
            yield visit


def _book(
    visit: Visit, customer: placement.Customer, *, site: Site, pack: Pack, when: tuple[datetime, datetime], at: datetime
) -> bool:
    """Walk one customer through the shop: price, time, order, payment, and what the bench did since."""
    starts_at, placed_at = when
    quote = quotes.issue(
        site=site,
        device=Subject.objects.get(slug=visit.device) if visit.device else None,
        repair_type=RepairType.objects.filter(slug=visit.repair).order_by("locale_id")[0],
        answers=visit.answers,
        add_ons=visit.add_ons,
        problem=visit.problem,
        visit_at=starts_at,
        at=placed_at,
    )
    basket = baskets.open_basket(site=site, token=baskets.new_token(), at=placed_at)
    try:
        reserve.reserve(site=site, basket=basket, quote=quote, starts_at=starts_at, at=placed_at)
    except (SlotTaken, SlotNotOffered):
        return False  # somebody has booked this time by hand, or changed the hours: the demo steps back
    order = placement.place(
        basket=basket,
        customer=customer,
        pay_by=visit.pay_by,
        shipping_code=visit.hand_over,
        address=visit.address,
        shown_total=None,
        at=placed_at,
    )
    if visit.pay_by == "demo":
        _pay(order, placed_at)
    _work(visit, order, pack, when=when, at=at)
    return True


def _customer(visit: Visit, visits: list[Visit]) -> placement.Customer:
    number = 100 + sorted({each.name for each in visits}).index(visit.name)
    user = get_user_model().objects.get(email=people.email_of(visit.role)) if visit.role else None
    email = user.email if user else f"{slugify(visit.name).replace('-', '.')}@example.com"
    return placement.Customer(visit.name, email, f"+447700900{number}", "en-gb", user)


def _pay(order: Any, at: datetime) -> None:
    """Go to the demo bank, approve, come back."""
    payment = starting.start(order=order, at=at).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    returning.settle_return(payment_reference=payment.reference, at=at)


def _work(visit: Visit, order: Any, pack: Pack, *, when: tuple[datetime, datetime], at: datetime) -> None:
    """Make the moves that are due by now, with what was written and photographed on the way."""
    starts_at, placed_at = when
    technician = get_user_model().objects.get(email=people.email_of("technician"))
    job = Job.objects.get(order_row__order=order)
    _photograph(visit, job, pack, after="", by=None, at=placed_at)
    said = 0
    for move in visit.moves:
        moment = starts_at + timedelta(hours=move.hours)
        if moment > at:
            break
        said += _write(visit, job, from_number=said, until=move.hours, starts_at=starts_at, by=technician)
        if move.to == Status.COLLECTED and visit.pay_by == "in_store":
            _pay_at_counter(order, moment)
        workflow.move(job.pk, to=move.to, by=technician, at=moment, note=move.note)
        if move.to == Status.RECEIVED and visit.promised is not None:
            jobs.promise(job.pk, promised_at=starts_at + timedelta(hours=visit.promised), by=technician, at=moment)
        if move.to in (Status.DIAGNOSING, Status.REPAIRING) and job.technician_id is None:
            jobs.assign(job.pk, technician=technician, by=technician, at=moment)
            job.technician_id = technician.pk
        _photograph(visit, job, pack, after=move.to, by=technician, at=moment)


def _write(visit: Visit, job: Job, *, from_number: int, until: float, starts_at: datetime, by: Any) -> int:
    """Write the lines to the customer that are due before a move, so that the history stays in order."""
    due = [message for message in visit.messages[from_number:] if message.hours <= until]
    for message in due:
        moment = starts_at + timedelta(hours=message.hours)
        jobs.write_note(job.pk, note=message.text, by=by, at=moment, public=True)
    return len(due)


def _photograph(visit: Visit, job: Job, pack: Pack, *, after: str, by: Any, at: datetime) -> None:
    """Take in the pictures that were taken after the job came to this status."""
    category = {"": "damage", Status.READY: "completed"}.get(after, "progress")
    for picture in visit.photos:
        if picture.after == after:
            with (pack.folder / "photos" / f"{picture.file}.jpg").open("rb") as file:
                photos.take_in(
                    site=job.site, file=File(file), job=job, category=category, caption=picture.caption, by=by, at=at
                )


def _pay_at_counter(order: Any, at: datetime) -> None:
    desk = get_user_model().objects.get(email=people.email_of("desk"))
    left = ledger.balance(order).open
    if left:
        ledger.take_at_counter(order=order, amount=left, by=desk, at=at, note="Card at the counter")


def _close_old(site: Site, visits: list[Visit], today: date, at: datetime) -> None:
    """Hand over what the demo began more than three days ago; jobs of people who tried the demo are left alone."""
    ours = [_customer(visit, visits).email for visit in visits if not visit.role]
    edge = at - timedelta(days=OLD_DAYS + 1)
    technician = get_user_model().objects.get(email=people.email_of("technician"))
    old = Job.objects.filter(site=site, appointment__starts_at__lt=edge, contact__email__in=ours)
    for job in old.exclude(status__in=[Status.COLLECTED, Status.CANCELLED]):
        order = get_model("order", "Order").objects.get(job_rows__job=job)
        moment, status = job.status_at, job.status
        while status != Status.COLLECTED:
            to = next(step for step in reversed(USUAL_WAY) if step in workflow.MOVES[status])  # never a step back
            moment = min(moment + timedelta(hours=2), at)
            if to == Status.COLLECTED:
                _pay_at_counter(order, moment)
            workflow.move(job.pk, to=to, by=technician, at=moment)
            status = to
