"""The demo's days: visits around today, made by the product's own verbs as if customers had been here all week.

Every moment is told from today, in the shop's zone, and in days on which the shop is open: on a Sunday the last Friday
still counts as today. Visits are booked the day before, so that there is a today at midnight too. Starting again on
another day adds what that day lacks and moves on what grew old.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

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
from site_config.demo import money, people
from site_config.demo.packs import Pack
from site_config.demo.visits import Visit, visits_of

Status = Job.Status
MANY = 3  # so many visits make a day that needs no more
OLD_DAYS = 5  # a week's work stays on the bench
USUAL_WAY = (Status.RECEIVED, Status.REPAIRING, Status.TESTING, Status.READY, Status.COLLECTED)


@dataclass(frozen=True)
class Days:
    """The days on which the shop of a pack is open, counted from the latest of them."""

    today: date
    weekdays: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def around(cls, at: datetime, pack: Pack, zone: ZoneInfo) -> "Days":
        """Those around a moment. A shop that is never open has no days, and no demo: every pack is open some day."""
        weekdays = frozenset(int(day) for day, spans in pack.shop["hours"].items() if spans)
        latest = at.astimezone(zone).date()
        while latest.weekday() not in weekdays:
            latest -= timedelta(days=1)
        return cls(latest, weekdays, zone)

    def step(self, day: date, count: int) -> date:
        """So many opening days after this one, or before it."""
        one = timedelta(days=1 if count > 0 else -1)
        while count:
            day += one
            count -= (one.days) * (day.weekday() in self.weekdays)
        return day

    def start(self, visit: Visit) -> datetime:
        """When a visit begins."""
        return datetime.combine(self.step(self.today, visit.day), visit.start, self.zone)

    def later(self, starts_at: datetime, hours: float) -> datetime:
        """Some hours after a visit began; each midnight that they pass leads to the next opening day."""
        plain = starts_at.replace(tzinfo=None) + timedelta(hours=hours)
        day = self.step(starts_at.date(), (plain.date() - starts_at.date()).days)
        return datetime.combine(day, plain.time(), self.zone)


def fill(*, site: Site, pack: Pack, at: datetime) -> int:
    """Book the visits that the days around `at` lack, and bring old jobs to an end. Returns how many were booked."""
    zone, visits = shop_settings(site).zone, visits_of(pack)
    days = Days.around(at, pack, zone)
    demo = Demo(site, pack, visits, days, at)
    _close_old(demo)
    return sum(_book(visit, demo) for visit in _lacking(demo))


@dataclass(frozen=True)
class Demo:
    """What all visits of one start have in common."""

    site: Site
    pack: Pack
    visits: list[Visit]
    days: Days
    at: datetime


def _lacking(demo: Demo) -> Iterator[Visit]:
    """The visits of those days that have too few: three make a today, one makes any other day.

    Days that lie back are told once, when the shop is new.
    """
    booked = Appointment.objects.filter(site=demo.site).values_list("starts_at", flat=True)
    there = Counter(starts_at.astimezone(demo.days.zone).date() for starts_at in booked)
    for visit in demo.visits:
        enough = MANY if visit.day == 0 else 1
        if (not there or visit.day >= -OLD_DAYS) and there[demo.days.start(visit).date()] < enough:
            yield visit


def _book(visit: Visit, demo: Demo) -> bool:
    """Walk one customer through the shop: price, time, order, payment, and what the bench did since."""
    site, days = demo.site, demo.days
    starts_at = days.start(visit)
    placed_at = datetime.combine(min(starts_at.date(), days.today) - timedelta(days=1), time(17), days.zone)
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
        customer=_customer(visit, demo),
        pay_by=visit.pay_by,
        shipping_code=visit.hand_over,
        address=visit.address,
        shown_total=None,
        at=placed_at,
    )
    late = next((told for told in visit.money if told.what == "late"), None)
    if late is not None and demo.at >= (paid_at := days.later(starts_at, late.hours)):
        money.pay_late(order, started_at=placed_at, at=paid_at)
        return True
    if visit.pay_by == "demo":
        money.pay(order, placed_at, held=any(told.what == "held" for told in visit.money))
    _work(visit, order, demo, placed_at=placed_at)
    _settle_money(visit, order, demo)
    return True


def _settle_money(visit: Visit, order: Any, demo: Demo) -> None:
    """What became of the money until now."""
    for told in visit.money:
        moment = demo.days.later(demo.days.start(visit), told.hours)
        if moment <= demo.at:
            money.settle(order, told, at=moment)


def _customer(visit: Visit, demo: Demo) -> placement.Customer:
    """Who it is, with a number of the range that the pack names because nobody is called there."""
    number = 100 + sorted({each.name for each in demo.visits}).index(visit.name)
    user = get_user_model().objects.get(email=people.email_of(visit.role)) if visit.role else None
    email = user.email if user else f"{slugify(visit.name).replace('-', '.')}@example.com"
    return placement.Customer(visit.name, email, f"{demo.pack.shop['customer_phones']}{number}", "en-gb", user)


def _work(visit: Visit, order: Any, demo: Demo, *, placed_at: datetime) -> None:
    """Make the moves that are due by now, with what was written and photographed on the way."""
    starts_at, days, pack = demo.days.start(visit), demo.days, demo.pack
    technician = get_user_model().objects.get(email=people.email_of("technician"))
    job = Job.objects.get(order_row__order=order)
    _photograph(visit, job, pack, after="", by=None, at=placed_at)
    said = 0
    for move in visit.moves:
        moment = days.later(starts_at, move.hours)
        if moment > demo.at:
            break
        said += _write(visit, job, demo, from_number=said, until=moment, by=technician)
        if move.to == Status.COLLECTED:
            money.pay_at_counter(order, moment)
        workflow.move(job.pk, to=move.to, by=technician, at=moment, note=move.note)
        if move.to == Status.RECEIVED and visit.promised is not None:
            jobs.promise(job.pk, promised_at=days.later(starts_at, visit.promised), by=technician, at=moment)
        if move.to in (Status.DIAGNOSING, Status.REPAIRING) and job.technician_id is None:
            jobs.assign(job.pk, technician=technician, by=technician, at=moment)
            job.technician_id = technician.pk
        _photograph(visit, job, pack, after=move.to, by=technician, at=moment)
    else:
        _write(visit, job, demo, from_number=said, until=demo.at, by=technician)


def _write(visit: Visit, job: Job, demo: Demo, *, from_number: int, until: datetime, by: Any) -> int:
    """Write the lines to the customer that are due before a move, so that the history stays in order."""
    starts_at = demo.days.start(visit)
    told = [(demo.days.later(starts_at, message.hours), message.text) for message in visit.messages[from_number:]]
    due = [(moment, text) for moment, text in told if moment <= until]
    for moment, text in due:
        jobs.write_note(job.pk, note=text, by=by, at=moment, public=True)
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


def _close_old(demo: Demo) -> None:
    """Hand over what the demo began more than a week ago; jobs of people who tried the demo are left alone."""
    site, at, days = demo.site, demo.at, demo.days
    ours = [_customer(visit, demo).email for visit in demo.visits if not visit.role]
    edge = datetime.combine(days.step(days.today, -OLD_DAYS), time(), days.zone)
    technician = get_user_model().objects.get(email=people.email_of("technician"))
    old = Job.objects.filter(site=site, appointment__starts_at__lt=edge, contact__email__in=ours)
    for job in old.exclude(status__in=[Status.COLLECTED, Status.CANCELLED]):
        order = get_model("order", "Order").objects.get(job_rows__job=job)
        moment, status = job.status_at, job.status
        while status != Status.COLLECTED:
            to = next(step for step in reversed(USUAL_WAY) if step in workflow.MOVES[status])  # never a step back
            moment = min(days.later(moment.astimezone(days.zone), 2), at)
            if to == Status.COLLECTED:
                money.pay_at_counter(order, moment)
            workflow.move(job.pk, to=to, by=technician, at=moment)
            status = to
