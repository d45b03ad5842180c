"""The buttons of the bench: each a POST, one verb, a word about what happened, and back to where one was."""

from abc import abstractmethod
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from cms.sites import shop_settings, site_for
from repairs import jobs, tracking, workflow
from repairs.bench.forms import MoveForm, NoteForm, PromiseForm, UndoForm
from repairs.models import Job


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
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        else:
            try:
                messages.success(request, self.act(job, form.cleaned_data))
            except workflow.MoveNotAllowed as refusal:
                messages.error(request, str(refusal))
        if request.POST.get("back") == "board":
            return redirect("bench:board")
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
    """Take the job."""

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Put the person's own name on it."""
        jobs.assign(job.pk, technician=self.staff, by=self.staff, at=timezone.now())
        return _("%(job)s is yours.") % {"job": job}


class Promise(Act):
    """Say when it will be ready."""

    form_class = PromiseForm

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Write the promise down."""
        jobs.promise(job.pk, by=self.staff, at=timezone.now(), **given)
        return _("The customer sees the new time on the tracking page.")


class RevokeLink(Act):
    """Withdraw the tracking links sent so far."""

    def act(self, job: Job, given: dict[str, Any]) -> str:
        """Withdraw them."""
        tracking.revoke(job)
        return _("Every tracking link sent before has stopped working. A new one is ready to copy.")
