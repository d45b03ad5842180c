"""Pictures at the bench: sent, described, shown to the customer or not, taken away."""

import uuid
from abc import abstractmethod
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from cms.sites import site_for
from repairs import photos
from repairs.models import Job, Photo

LONGEST_NAME = 60


class PhotoForm(forms.Form):
    """What is said about a picture, and who sees it."""

    category = forms.ChoiceField(label=gettext_lazy("It shows"), choices=Photo.Category.choices, required=False)
    caption = forms.CharField(label=gettext_lazy("Caption"), required=False, max_length=200)
    public = forms.BooleanField(label=gettext_lazy("The customer sees it"), required=False)


def photos_of(job: Job, *, may: bool) -> dict[str, Any]:
    """What templates/bench/photos.html shows of a job. One statement."""
    return {
        "photos": list(photos.of_job(job)),
        "photo_categories": Photo.Category.choices,
        "photo_form": PhotoForm(auto_id="photo-%s", initial={"category": Photo.Category.PROGRESS, "public": True}),
        "photo_limits": {
            "files": settings.PHOTO_LIMITS["job_files"],
            "file_bytes": settings.PHOTO_LIMITS["file_bytes"],
            "file_mb": settings.PHOTO_LIMITS["file_bytes"] // 1024**2,
        },
        "may_send_photos": may,
    }


class OnJob(PermissionRequiredMixin, View):
    """About the job of this site that the address names; 404 for any other."""

    permission_required = "repairs.work_bench"
    http_method_names = ["post"]

    @property
    def staff(self) -> AbstractBaseUser:
        """Who is logged in; the permission made sure that somebody is."""
        return cast("AbstractBaseUser", self.request.user)

    @cached_property
    def job(self) -> Job:
        """The job."""
        jobs = Job.objects.select_related("site")
        return get_object_or_404(jobs, site=site_for(self.request), reference=self.kwargs["reference"])

    def photo(self) -> Photo:
        """The picture of the job that the address names; 404 otherwise."""
        try:
            return photos.find(photos.of_job(self.job), str(self.kwargs["key"]))
        except photos.PhotoNotFound as error:
            raise Http404(str(error)) from error

    def back(self) -> HttpResponse:
        """To the job's page, where its pictures are."""
        answer = redirect("bench:job", reference=self.job.reference)
        answer["Location"] += "#photos"
        return answer


class Send(OnJob):
    """Take in pictures: one for a script that shows progress, several from a plain form."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Keep the good ones in any case; say what is wrong with the others."""
        form, job = PhotoForm(request.POST), self.job
        if not form.is_valid():
            return self.answer([], [" ".join(str(text) for texts in form.errors.values() for text in texts)])
        given = {**form.cleaned_data, "category": form.cleaned_data["category"] or Photo.Category.PROGRESS}
        kept, refused = [], []
        for file in [*request.FILES.getlist("photo"), *request.FILES.getlist("photos")]:
            try:
                kept.append(
                    photos.take_in(site=job.site, job=job, file=file, by=self.staff, at=timezone.now(), **given)
                )
            except photos.REFUSALS as problem:
                refused.append(f"{str(file.name)[-LONGEST_NAME:]}: {problem}")
        if not kept and not refused:
            refused.append(_("Choose a picture first."))
        return self.answer(kept, refused)

    def answer(self, kept: list[Photo], refused: list[str]) -> HttpResponse:
        """JSON for a script, else messages on the job's page."""
        if self.request.headers.get("X-Photos") == "1":
            if refused:
                return JsonResponse({"message": refused[0].partition(": ")[2] or refused[0]}, status=422)
            context = {"photo": kept[0], "job": self.job, "photo_categories": Photo.Category.choices, "may": True}
            html = render_to_string("bench/photo.html", context, request=self.request)
            return JsonResponse({"key": str(kept[0].key), "html": html}, status=201)
        if kept:
            words = ngettext("%(kept)s picture was added.", "%(kept)s pictures were added.", len(kept))
            messages.success(self.request, words % {"kept": len(kept)})
        for words in refused:
            messages.error(self.request, words)
        return self.back()


class About(OnJob):
    """One verb about one picture, a word about it, and back."""

    def post(self, request: HttpRequest, reference: str, key: uuid.UUID) -> HttpResponse:
        """Do it; a refusal is a message."""
        photo = self.photo()
        try:
            messages.success(request, self.act(photo))
        except (photos.CategoryNotKnown, photos.PhotoNotFound) as refusal:
            messages.error(request, str(refusal))
        return self.back()

    @abstractmethod
    def act(self, photo: Photo) -> str:
        """Do it and return the sentence that says so."""


class Change(About):
    """Say something else about it, or show it to the customer, or not."""

    def act(self, photo: Photo) -> str:
        """Change it, and say who sees it now."""
        form = PhotoForm(self.request.POST)
        if not form.is_valid():
            raise photos.CategoryNotKnown(" ".join(str(text) for texts in form.errors.values() for text in texts))
        photos.change(photo, by=self.staff, at=timezone.now(), **form.cleaned_data)
        return _("Saved. The customer sees this picture.") if photo.public else _("Saved. Only colleagues see it.")


class Remove(About):
    """Take it away for good."""

    def act(self, photo: Photo) -> str:
        """Remove it."""
        photos.remove(photo, by=self.staff, at=timezone.now())
        return _("The picture was deleted.")


class Show(OnJob):
    """The picture itself."""

    permission_required = "repairs.see_bench"
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, reference: str, key: uuid.UUID, size: str) -> HttpResponseBase:
        """The file, for who may see the bench."""
        return photos.answer(self.photo(), size, request=request)
