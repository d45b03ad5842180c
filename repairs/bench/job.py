"""A job's page: who, what, when, its history, and the next move. Money is added by the room above."""

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from notifications.kinds import title_of
from notifications.models import Message
from repairs import jobs, told, tracking, workflow
from repairs.bench import news, people
from repairs.bench.cards import badges, moves_of, short
from repairs.bench.filters import HAND_OVERS
from repairs.bench.forms import NOBODY, AssignForm, LetGoForm, MoveForm, NoteForm, PromiseForm
from repairs.bench.page import BenchPage
from repairs.bench.photos import photos_of
from repairs.models import Job, JobEvent
from repairs.times import zone_word
from repairs.workflow import Status

CONDITIONS = {"good": gettext_lazy("Good"), "fair": gettext_lazy("Fair"), "poor": gettext_lazy("Poor")}
MESSAGES = 8
EVENTS = 200


class JobPage(BenchPage):
    """One job on one screen. `shop.counter` subclasses it at the same address and fills the block `money`."""

    template_name = "bench/job.html"

    def get_job(self) -> Job:
        """The job of this site that the address names, with everyone it names; 404 otherwise. Two statements."""
        found = Job.objects.select_related("contact", "appointment", "technician", "device")
        return get_object_or_404(found, site=self.site, reference=self.kwargs["reference"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The job, its tasks and history, where it may go, and the forms. Subclasses add their panels."""
        job = self.get_job()
        context = super().get_context_data(**kwargs) | {"job": job}
        at, zone = context["at"], context["zone"]
        events = list(JobEvent.objects.filter(job=job).select_related("by").order_by("-seq")[:EVENTS])
        undoable = workflow.standing_move(events)
        moves = [move for move in moves_of(job) if move[0] != Status.CANCELLED]
        return (
            context
            | {
                "visit_zone": zone_word(job.appointment.starts_at, zone) if job.appointment else "",
                "tasks": list(job.tasks.order_by("pk")),
                "events": [(group[0], news.words_of(group), self._by(group[0])) for group in news.together(events)],
                "age": short(at - job.status_at),
                "badges": [*badges(job, at=at), *self.marks([job]).get(job.pk, ())],
                "moves": moves,
                "may_cancel": len(moves) < len(moves_of(job)),
                "undo_to": workflow.label_of(undoable.data["from"]) if undoable else "",
                "condition": CONDITIONS.get(job.condition, job.condition),
                "language": dict(settings.LANGUAGES).get(job.contact.language, job.contact.language),
                "hand_over": dict(HAND_OVERS).get(job.hand_over, job.hand_over),
                "technician": people.name_of(job.technician) if job.technician else "",
                "messages_sent": self._messages(job),
                "tracking_link": tracking.link(job),
            }
            | photos_of(job, may=context["can_work"])
            | self._forms(job, at=at, zone=zone, may=context["can_work"])
        )

    def message_keys(self, job: Job) -> list[str]:
        """How the dedupe keys of the messages about this job begin. The room above adds those of the order."""
        return told.keys_of_job(job.reference)

    def _messages(self, job: Job) -> list[tuple[Message, str]]:
        """The newest messages about the job, whatever became of them, and what each is about. One statement."""
        about = Q(pk=None)
        for key in self.message_keys(job):
            about |= Q(dedupe_key__startswith=key)
        rows: QuerySet[Message] = Message.objects.filter(about, contact=job.contact_id)
        newest = rows.defer("html", "text").order_by("-created_at", "-pk")[:MESSAGES]
        return [(row, title_of(row.kind, row.context)) for row in newest]

    def _forms(self, job: Job, *, at: Any, zone: Any, may: bool) -> dict[str, Any]:
        """What can be typed here, for whoever may work."""
        if not may:
            return {}
        return {
            "let_go_form": LetGoForm(auto_id="let-go-%s") if job.kept_back else None,
            "move_form": MoveForm(auto_id="move-%s"),
            "note_form": NoteForm(auto_id="note-%s"),
            "promise_form": PromiseForm(auto_id="promise-%s", initial={"promised_at": job.promised_at}),
            "quick_promises": jobs.quick_promises(at=at, zone=zone),
            "assign_form": AssignForm(auto_id="assign-%s", initial={"to": job.technician_id or NOBODY}),
        }

    @staticmethod
    def _by(event: JobEvent) -> str:
        return people.name_of(event.by) if event.by else ""
