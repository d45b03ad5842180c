"""A job's page: who, what, when, its history, and the next move. Money is added by the room above."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from repairs import tracking, workflow
from repairs.bench.cards import badges, moves_of, short
from repairs.bench.forms import MoveForm, NoteForm, PromiseForm
from repairs.models import Job, JobEvent
from repairs.times import zone_word


@method_decorator(never_cache, name="dispatch")
class JobPage(PermissionRequiredMixin, TemplateView):
    """One job on one screen. `shop.counter` subclasses it at the same address and fills the block `money`."""

    permission_required = "repairs.see_bench"
    template_name = "bench/job.html"

    def get_job(self) -> Job:
        """The job of this site that the address names, with everyone it names; 404 otherwise. Two statements."""
        jobs = Job.objects.select_related("contact", "appointment", "technician", "device")
        return get_object_or_404(jobs, site=site_for(self.request), reference=self.kwargs["reference"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The job, its tasks and history, where it may go, and the forms. Subclasses add their panels."""
        at = timezone.now()
        job = self.get_job()
        zone = shop_settings(site_for(self.request)).zone
        events = list(JobEvent.objects.filter(job=job).select_related("by").order_by("-seq"))
        undoable = workflow.standing_move(events)
        return super().get_context_data(**kwargs) | {
            "at": at,
            "job": job,
            "zone": zone,
            "visit_zone": zone_word(job.appointment.starts_at, zone) if job.appointment else "",
            "tasks": list(job.tasks.order_by("pk")),
            "events": [(event, tracking.words_of(event)) for event in events],
            "age": short(at - job.status_at),
            "badges": badges(job, at=at),
            "moves": moves_of(job),
            "undo_to": workflow.label_of(undoable.data["from"]) if undoable else "",
            "can_work": self.request.user.has_perm("repairs.work_bench"),
            "tracking_link": tracking.link(job),
            "move_form": MoveForm(auto_id="move-%s"),
            "note_form": NoteForm(auto_id="note-%s"),
            "promise_form": PromiseForm(auto_id="promise-%s"),
        }
