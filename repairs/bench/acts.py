"""The buttons of the bench: each a POST, one verb, a word about what happened, and back to where one was.

A script that asks for JSON gets the same word as `said`, 409 for a refusal and 422 for a form that is not right.
"""

from abc import abstractmethod
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from cms.sites import shop_settings, site_for
from repairs import jobs, keeping, tracking, workflow
from repairs.bench.forms import ME, NOBODY, AssignForm, LetGoForm, MoveForm, NoteForm, PromiseForm, UndoForm
from repairs.bench.people import name_of
from repairs.models import Job

BENCH = "/bench/"  # where every page of the bench lies


class Act(PermissionRequiredMixin, View):
    """Check the form, do the one verb, say what happened, go back."""

    permission_required = "repairs.work_bench"
    http_method_names = ["post"]
    form_class: type[forms.Form] = forms.Form

    @property
    def staff(self) -> AbstractBaseUser:
        """Who pushed the button; the permission made sure that somebody is logged in."""
        return cast("AbstractBaseUser", self.request.user)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Do it and go back; a refusal is a message there."""
        site = site_for(request)
        job = get_object_or_404(Job.objects.select_related("site"), site=site, reference=reference)
        with timezone.override(shop_settings(site).zone):
            form = self.form_class(request.POST)
            valid = form.is_valid()
        if not valid:
            wrong = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return self.answer(job, 422, wrong)
        try:
            return self.answer(job, 200, self.act(job, form.cleaned_data))
        except (workflow.MoveNotAllowed, jobs.PromiseInThePast) as refusal:
            return self.answer(job, 409, str(refusal))

    def answer(self, job: Job, status: int, said: str) -> HttpResponse:
        """The sentence for a script, or as a message on the page that the button was on."""
        if self.request.headers.get("Accept", "") == "application/json":
            return JsonResponse({"said": said}, status=status)
        messages.add_message(self.request, messages.SUCCESS if status == 200 else messages.ERROR, said)
        back = self.request.POST.get("back", "")
        if back.startswith(BENCH) and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return redirect(back)
        return redirect("bench:job", reference=job.reference)

    @abstractmethod
    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Do it and return the sentence that says so."""


class Move(Act):
    """Put the job into another status."""

    form_class = MoveForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Move, and name the new status."""
        event = workflow.move(job.pk, by=self.staff, at=timezone.now(), **given)
        return _("%(job)s is now “%(status)s”.") % {"job": job, "status": workflow.label_of(event.status)}


class Undo(Act):
    """Take the last move back."""

    form_class = UndoForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Undo, and say that nobody was written to."""
        event = workflow.undo(job.pk, by=self.staff, at=timezone.now(), **given)
        status = workflow.label_of(event.status)
        return _("%(job)s is “%(status)s” again. Nobody was written to.") % {"job": job, "status": status}


class WriteNote(Act):
    """Write a line into the history."""

    form_class = NoteForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Write it, and say who sees it."""
        jobs.write_note(job.pk, by=self.staff, at=timezone.now(), **given)
        return _("Noted for the customer.") if given["public"] else _("Noted. Only colleagues see it.")


class Assign(Act):
    """Put a name on the job, or take it off."""

    form_class = AssignForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Give it to whoever was chosen, and say whose it is."""
        to = given["to"]
        chosen = {ME: self.staff.pk, NOBODY: None}.get(to, to)
        technician = get_user_model().objects.filter(pk=chosen).first() if chosen else None
        jobs.assign(job.pk, technician=technician, by=self.staff, at=timezone.now())
        if technician is None:
            return _("%(job)s is nobody's now.") % {"job": job}
        if technician.pk == self.staff.pk:
            return _("%(job)s is yours.") % {"job": job}
        return _("%(job)s is given to %(name)s.") % {"job": job, "name": name_of(technician)}


class Promise(Act):
    """Say when it will be ready."""

    form_class = PromiseForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Write the promise down."""
        jobs.promise(job.pk, by=self.staff, at=timezone.now(), **given)
        return _("The customer sees the new time on the tracking page.")


class LetGo(Act):
    """Let a thing that was kept back be handed over all the same. Who may change jobs decides that."""

    permission_required = "repairs.change_job"
    form_class = LetGoForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Let it go, with the reason in the history."""
        keeping.let_go([job.pk], by=self.staff, at=timezone.now(), **given)
        return _("%(job)s may be handed over.") % {"job": job}


class RevokeLink(Act):
    """Withdraw the tracking links sent so far."""

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Withdraw them."""
        tracking.revoke(job)
        return _("Every tracking link sent before has stopped working. A new one is ready to copy.")
