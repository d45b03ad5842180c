"""The demo's days: visits around today, made by the product's own verbs as if customers had been here all week.

Every moment is told from today, in the shop's zone. Visits are booked the day before, so that there is a today on
a Sunday and at midnight too. Starting again on another day adds what that day lacks and moves on what grew old.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files import File
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
from site_config.demo.shop import PACK

Status = Job.Status
Move = tuple[str, float, str]  # to which status, hours after the visit began, what the customer is told
Picture = tuple[
    str, str, str
]  # file in fixtures/demo/photos, the status after which it was taken ("": sent in), caption
MANY = 3  # so many visits make a day that needs no more
OLD_DAYS = 3
USUAL_WAY = (Status.RECEIVED, Status.REPAIRING, Status.TESTING, Status.READY, Status.COLLECTED)
ADDRESS = {
    "name": "Hanna Lindqvist",
    "line1": "4 Camberwell Grove",
    "line2": "",
    "town": "London",
    "postcode": "SE5 8JE",
    "country": "GB",
}


@dataclass(frozen=True)
class Visit:
    """One booking of the demo: on which day from today, when, who, what, and how far it has come."""

    day: int
    start: time
    name: str
    device: str
    repair: str
    problem: str
    condition: str = "good"
    urgency: str = "standard"
    hand_over: str = "in-store"
    pay_by: str = "in_store"
    role: str = ""
    add_ons: tuple[str, ...] = ()
    promised: float | None = None  # hours after the visit began
    photos: tuple[Picture, ...] = ()
    moves: tuple[Move, ...] = ()


IN: Move = (Status.RECEIVED, 0.1, "")
LOOK: Move = (Status.DIAGNOSING, 0.6, "")
VISITS = (
    Visit(
        -3, time(10, 30), "Amelia Clarke", "iphone-13", "screen-repair", "Fell on the stairs, the glass is cracked.",
        promised=5, add_ons=("screen-protector",),
        photos=(
            ("cracked-screen", "", "How it looks after the stairs"),
            ("repaired-phone", Status.READY, "New display, tested"),
        ),
        moves=(
            IN, (Status.REPAIRING, 1, ""), (Status.TESTING, 2, ""), (Status.READY, 2.5, ""), (Status.COLLECTED, 6, ""),
        ),
    ),
    Visit(
        -3, time(14, 0), "Oliver Hart", "xbox-series-x", "console-cooling", "Roars like a hairdryer and switches off.",
        promised=24,
        moves=(IN, (Status.REPAIRING, 3, ""), (Status.TESTING, 5, ""), (Status.READY, 6, "Quiet again, and cool.")),
    ),
    Visit(
        -2, time(11, 0), "Clara Whitfield", "iphone-12", "battery-replacement", "Empty by lunchtime.", role="customer",
        pay_by="demo", promised=6,
        moves=(IN, (Status.REPAIRING, 2, ""), (Status.TESTING, 4, ""), (Status.READY, 5, "It holds 100 % again.")),
        photos=(
            ("open-phone", Status.REPAIRING, "The old battery, 71 % left"),
            ("repaired-phone", Status.READY, "The new one is in"),
        ),
    ),
    Visit(
        -2, time(12, 30), "Nadia Rahman", "macbook-pro-14-inch-m3", "laptop-liquid-damage", "Tea over the keyboard.",
        add_ons=("data-backup",), pay_by="demo", promised=96,
        photos=(("wet-keyboard", "", "The tea went in here"),),
        moves=(IN, LOOK, (Status.REPAIRING, 20, "The board is clean. Two connectors have to be replaced.")),
    ),
    Visit(
        -2, time(15, 30), "Hanna Lindqvist", "macbook-air-13-inch-m1", "keyboard-replacement", "E and R do nothing.",
        condition="fair", hand_over="courier", pay_by="demo", promised=120,
        moves=(IN, LOOK, (Status.WAITING_PARTS, 1.5, "The new keyboard is ordered and should be here tomorrow.")),
    ),
    Visit(
        -1, time(10, 0), "Yusuf Demir", "iphone-8", "screen-repair", "Bent frame, dark corner. I need it tomorrow.",
        condition="poor", urgency="urgent", pay_by="demo", promised=8, moves=(IN, LOOK, (Status.REPAIRING, 2, "")),
        photos=(("cracked-screen", "", ""), ("open-phone", Status.REPAIRING, "The frame is straight again")),
    ),
    Visit(
        -1, time(14, 30), "Rosie Bennett", "playstation-5", "hdmi-port-repair", "No picture since it was moved.",
        promised=48, moves=(IN, (Status.REPAIRING, 1, ""), (Status.TESTING, 2, "")),
        photos=(("console-port", Status.REPAIRING, "Two bent pins in the port"),),
    ),
    Visit(
        -1, time(16, 0), "Sofia Marin", "pixel-8", "screen-repair", "Black after a fall, still rings.", pay_by="demo",
        promised=26, moves=(IN, LOOK),
    ),
    Visit(
        0, time(10, 30), "Kofi Mensah", "galaxy-s22", "screen-repair", "A line across the display.", promised=6,
        moves=(IN, LOOK),
    ),
    Visit(
        0, time(11, 30), "Ingrid Solberg", "iphone-13", "charging-port-repair", "Does not charge at all.",
        pay_by="demo", promised=5, moves=(IN,),
    ),
    Visit(
        0, time(13, 30), "Tom Ashworth", "ipad-9th-generation", "tablet-battery-replacement", "Swollen, I think.",
        moves=(IN, LOOK),
    ),
    Visit(0, time(15, 0), "Leila Haddad", "iphone-13", "screen-repair", "Cracked corner.", "fair", pay_by="demo"),
    Visit(0, time(16, 0), "Marco Bianchi", "apple-watch-series-8", "watch-battery-replacement", "Dead by noon."),
    Visit(1, time(11, 0), "Clara Whitfield", "iphone-12", "screen-repair", "Scratched.", role="customer"),
    Visit(1, time(14, 0), "Grace Okafor", "iphone-15", "screen-repair", "Dropped in the kitchen.", "fair"),
    Visit(3, time(12, 0), "Peter Novak", "dell-xps-13-9320", "laptop-screen-repair", "Green stripes.", pay_by="demo"),
)  # fmt: skip


def fill(*, site: Site, at: datetime) -> int:
    """Book the visits that the days around `at` lack, and bring old jobs to an end. Returns how many were booked."""
    zone = shop_settings(site).zone
    today = at.astimezone(zone).date()
    _close_old(site, today, at)
    booked = 0
    for visit in _lacking(site, today, zone):
        starts_at = datetime.combine(today + timedelta(days=visit.day), visit.start, zone)
        placed_at = datetime.combine(today + timedelta(days=min(visit.day, 0) - 1), time(17), zone)
        booked += _book(visit, site=site, starts_at=starts_at, placed_at=placed_at, at=at)
    return booked


def _lacking(site: Site, today: date, zone: Any) -> Iterator[Visit]:
    """The visits of those days that have too few: three make a today, one makes any other day."""
    there: dict[int, int] = {}
    for starts_at in Appointment.objects.filter(site=site).values_list("starts_at", flat=True):
        day = (starts_at.astimezone(zone).date() - today).days
        there[day] = there.get(day, 0) + 1
    for visit in VISITS:
        if there.get(visit.day, 0) < (MANY if visit.day == 0 else 1):
            yield visit


def _book(visit: Visit, *, site: Site, starts_at: datetime, placed_at: datetime, at: datetime) -> bool:
    """Walk one customer through the shop: price, time, order, payment, and what the bench did since."""
    quote = quotes.issue(
        site=site,
        device=Subject.objects.get(slug=visit.device),
        repair_type=RepairType.objects.filter(slug=visit.repair).order_by("locale_id")[0],
        answers={
            "condition": visit.condition,
            "urgency": visit.urgency,
            "service_type": visit.hand_over.replace("-", "_"),
        },
        add_ons=visit.add_ons,
        problem=visit.problem,
        at=placed_at,
    )
    basket = baskets.open_basket(site=site, token=baskets.new_token(), at=placed_at)
    try:
        reserve.reserve(site=site, basket=basket, quote=quote, starts_at=starts_at, at=placed_at)
    except (SlotTaken, SlotNotOffered):
        return False  # somebody has booked this time by hand, or changed the hours: the demo steps back
    order = placement.place(
        basket=basket,
        customer=_customer(visit),
        pay_by=visit.pay_by,
        shipping_code=visit.hand_over,
        address=ADDRESS if visit.hand_over == "courier" else None,
        shown_total=None,
        at=placed_at,
    )
    if visit.pay_by == "demo":
        _pay(order, placed_at)
    _work(visit, order, starts_at, placed_at, at)
    return True


def _customer(visit: Visit) -> placement.Customer:
    number = 100 + sorted({each.name for each in VISITS}).index(visit.name)
    user = get_user_model().objects.get(email=people.email_of(visit.role)) if visit.role else None
    email = user.email if user else f"{visit.name.lower().replace(' ', '.')}@example.com"
    return placement.Customer(visit.name, email, f"+447700900{number}", "en-gb", user)


def _pay(order: Any, at: datetime) -> None:
    """Go to the demo bank, approve, come back."""
    payment = starting.start(order=order, at=at).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    returning.settle_return(payment_reference=payment.reference, at=at)


def _work(visit: Visit, order: Any, starts_at: datetime, placed_at: datetime, at: datetime) -> None:
    """Make the moves that are due by now, with the pictures taken on the way."""
    technician = get_user_model().objects.get(email=people.email_of("technician"))
    job = Job.objects.get(order_row__order=order)
    _photograph(visit, job, after="", by=None, at=placed_at)
    for to, hours, note in visit.moves:
        moment = starts_at + timedelta(hours=hours)
        if moment > at:
            return
        if to == Status.COLLECTED and visit.pay_by == "in_store":
            _pay_at_counter(order, moment)
        workflow.move(job.pk, to=to, by=technician, at=moment, note=note)
        if to == Status.RECEIVED and visit.promised is not None:
            jobs.promise(job.pk, promised_at=starts_at + timedelta(hours=visit.promised), by=technician, at=moment)
        if to in (Status.DIAGNOSING, Status.REPAIRING) and job.technician_id is None:
            jobs.assign(job.pk, technician=technician, by=technician, at=moment)
            job.technician_id = technician.pk
        _photograph(visit, job, after=to, by=technician, at=moment)


def _photograph(visit: Visit, job: Job, *, after: str, by: Any, at: datetime) -> None:
    """Take in the pictures that were taken after the job came to this status."""
    category = {"": "damage", Status.READY: "completed"}.get(after, "progress")
    for name, status, caption in visit.photos:
        if status == after:
            with (PACK / "photos" / f"{name}.jpg").open("rb") as file:
                photos.take_in(
                    site=job.site, file=File(file), job=job, category=category, caption=caption, by=by, at=at
                )


def _pay_at_counter(order: Any, at: datetime) -> None:
    desk = get_user_model().objects.get(email=people.email_of("desk"))
    left = ledger.balance(order).open
    if left:
        ledger.take_at_counter(order=order, amount=left, by=desk, at=at, note="Card at the counter")


def _close_old(site: Site, today: date, at: datetime) -> None:
    """Hand over what the demo began more than three days ago; jobs of people who tried the demo are left alone."""
    ours = [_customer(visit).email for visit in VISITS if not visit.role]
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
