"""Following a repair without a log-in: the link, and the story it shows. No name, e-mail or telephone in either."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repairs import keeping, workflow
from repairs.models import Job, JobEvent
from repairs.workflow import Status

SALT = "mendwell.track"

RAIL = (
    Status.BOOKED,
    Status.RECEIVED,
    Status.DIAGNOSING,
    Status.WAITING_PARTS,
    Status.REPAIRING,
    Status.TESTING,
    Status.READY,
    Status.COLLECTED,
)
# Steps that are on the rail only once a job has been there.
DETOURS = (Status.WAITING_PARTS,)

SENTENCES = {
    Status.BOOKED: gettext_lazy("Your %(device)s is booked in"),
    Status.RECEIVED: gettext_lazy("Your %(device)s is with us"),
    Status.DIAGNOSING: gettext_lazy("Your %(device)s is being diagnosed"),
    Status.WAITING_PARTS: gettext_lazy("Your %(device)s is waiting for a part"),
    Status.REPAIRING: gettext_lazy("Your %(device)s is being repaired"),
    Status.TESTING: gettext_lazy("Your %(device)s is being tested"),
    Status.READY: gettext_lazy("Your %(device)s is ready"),
    Status.COLLECTED: gettext_lazy("Your %(device)s is back with you"),
    Status.CANCELLED: gettext_lazy("The repair of your %(device)s was cancelled"),
}
NOT_SEEN = gettext_lazy("We have not seen your %(device)s yet")
NEXT = {
    Status.BOOKED: gettext_lazy("Bring it to the shop at the time of your visit. We take it in and write to you."),
    Status.RECEIVED: gettext_lazy("A technician looks at it next. You will hear from us when the work begins."),
    Status.DIAGNOSING: gettext_lazy("We find out exactly what it needs, then the repair begins."),
    Status.WAITING_PARTS: gettext_lazy("The part is on its way. We go on as soon as it is here."),
    Status.REPAIRING: gettext_lazy("After the repair we test everything before you get it back."),
    Status.TESTING: gettext_lazy("When every check is passed we write to you that it is ready."),
    Status.READY: gettext_lazy("Come by during opening hours and collect it. Bring this reference."),
    Status.COLLECTED: gettext_lazy("Nothing is left to do. Call us if anything is not right."),
    Status.CANCELLED: gettext_lazy("Nothing is left to do. Call us if this surprises you."),
}
# What is sent to us, or fetched, is not brought to the shop.
NEXT_BY_HAND_OVER = {
    (Status.BOOKED, "postal"): gettext_lazy(
        "Send it to us with this reference in the parcel. We write when it is here."
    ),
    (Status.BOOKED, "courier"): gettext_lazy("Our courier fetches it from you. We write when it is here."),
    (Status.READY, "postal"): gettext_lazy("We pack it well and send it back to you."),
    (Status.READY, "courier"): gettext_lazy("Our courier brings it back to you."),
}
NOT_SEEN_NEXT = gettext_lazy(
    "The time of your visit has passed. Call or write to us, and we find another time for your order."
)
BROUGHT = ("", "in_store")


class LinkNotGood(Exception):
    """The tracking link is not one of ours, or was withdrawn. Both look the same from outside."""

    code = "not_found"


@dataclass(frozen=True)
class Step:
    """One stop on the rail; `at` is when the job last came there."""

    status: str
    label: str
    state: str  # done, now or next
    at: datetime | None


@dataclass(frozen=True)
class StoryEvent:
    """One line of the history that customers see."""

    seq: int
    kind: str
    status: str
    label: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Story:
    """A job as its customer sees it."""

    reference: str
    subject_name: str
    tasks: tuple[str, ...]
    status: str
    status_label: str
    sentence: str
    next_sentence: str
    steps: tuple[Step, ...]
    events: tuple[StoryEvent, ...]
    promised_at: datetime | None
    starts_at: datetime | None
    last_seq: int
    finished: bool
    missed: bool = False  # the visit has passed without the device
    late: bool = False  # the promised time has passed and the device is not ready


def token(job: Job) -> str:
    """A signed token for this job's tracking page, good until `revoke`. Can be made again for a later mail."""
    return signing.dumps({"j": job.reference, "v": job.link_version}, salt=SALT)


def link(job: Job) -> str:
    """The absolute address of the job's tracking page, on the configured origin."""
    return f"{settings.PUBLIC_ORIGIN}/track/{token(job)}/"


def find(token: str) -> Job:
    """The job a token is for, with contact, visit and site at hand. Raises LinkNotGood. One statement in any case."""
    try:
        named = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        named = {"j": "", "v": 0}  # looked for all the same: a forged link takes as long as a withdrawn one
    jobs = Job.objects.select_related("appointment", "contact", "site__shopsettings")
    job = jobs.filter(reference=named["j"], link_version=named["v"]).first()
    if job is None:
        raise LinkNotGood(_("This link is not valid, or no longer."))
    return job


def revoke(job: Job) -> None:
    """Make every tracking link sent so far worthless; `link` makes a new one."""
    Job.objects.filter(pk=job.pk).update(link_version=F("link_version") + 1)
    job.refresh_from_db(fields=["link_version"])


def story(job: Job, *, at: datetime) -> Story:
    """What the customer sees of a job at a moment. Two statements: tasks and history."""
    events = list(JobEvent.objects.filter(job=job).order_by("seq"))
    status = Status(job.status)
    visit = job.appointment
    return Story(
        reference=job.reference,
        subject_name=job.subject_name,
        tasks=tuple(job.tasks.order_by("pk").values_list("name", flat=True)),
        status=job.status,
        status_label=str(status.label),
        sentence=sentence_of(job, at=at),
        next_sentence=next_of(job, at=at),
        steps=steps_of(events, status),
        events=tuple(_told(event) for event in events if event.public),
        promised_at=job.promised_at,
        starts_at=visit.starts_at if visit and status == Status.BOOKED else None,
        last_seq=job.last_seq,
        finished=status in (Status.COLLECTED, Status.CANCELLED),
        missed=has_missed(job, at=at),
        late=is_late(job, at=at),
    )


def is_late(job: Job, *, at: datetime) -> bool:
    """Whether the promised time has passed while the device is still being worked on."""
    done = (Status.READY, Status.COLLECTED, Status.CANCELLED)
    return bool(job.promised_at and job.promised_at <= at and Status(job.status) not in done)


def has_missed(job: Job, *, at: datetime) -> bool:
    """Whether the visit is over and the thing, which was to be brought to it, is not here."""
    visit = job.appointment
    return bool(job.status == Status.BOOKED and visit and visit.ends_at <= at and job.hand_over in BROUGHT)


def sentence_of(job: Job, *, at: datetime) -> str:
    """Where a job stands, in one sentence. No statement when its visit is at hand."""
    words = NOT_SEEN if has_missed(job, at=at) else SENTENCES[Status(job.status)]
    return str(words) % {"device": job.subject_name}


def next_of(job: Job, *, at: datetime) -> str:
    """What happens next with a job, in one or two sentences."""
    status = Status(job.status)
    if has_missed(job, at=at):
        return str(NOT_SEEN_NEXT)
    return str(NEXT_BY_HAND_OVER.get((status, job.hand_over), NEXT[status]))


def steps_of(events: Sequence[JobEvent], status: Status) -> tuple[Step, ...]:
    """The rail: what was passed (with times), where the job is now, what is still to come."""
    undone = {event.data["undoes"] for event in events if event.kind == workflow.UNDONE}
    standing = (event for event in events if event.kind != workflow.UNDONE and event.seq not in undone)
    came = {event.status: event.at for event in standing if event.kind == f"job.{event.status}"}
    if status == Status.CANCELLED:
        stops = [stop for stop in RAIL if stop in came] + [Status.CANCELLED]
    else:
        here = RAIL.index(status)
        passed = [stop for stop in RAIL[:here] if stop in came]
        stops = [*passed, status, *(stop for stop in RAIL[here + 1 :] if stop not in DETOURS)]
    here = stops.index(status)
    return tuple(
        Step(
            status=stop,
            label=str(stop.label),
            state="now" if place == here else "done" if place < here else "next",
            at=came.get(stop) if place <= here else None,
        )
        for place, stop in enumerate(stops)
    )


def words_of(event: JobEvent) -> str:
    """What a line of the history says, in the active language."""
    words = {
        "job.note": _("Note"),
        "job.promised": _("New time promised"),
        "job.photo": _("Photo added"),
        "job.photo_removed": _("Photo taken away"),
        keeping.KEPT: _("Kept back"),
        keeping.LET_GO: _("May be handed over"),
        "job.assigned": _("Given to %(name)s") % {"name": event.data.get("to", "")},
        workflow.UNDONE: _("Back to “%(status)s”") % {"status": workflow.label_of(event.status)},
    }
    return words.get(event.kind, workflow.label_of(event.status))


def _told(event: JobEvent) -> StoryEvent:
    return StoryEvent(
        seq=event.seq,
        kind=event.kind,
        status=event.status,
        label=words_of(event),
        note=event.note,
        at=event.at,
    )
