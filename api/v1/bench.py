"""What staff do at the bench with a program of their own: pictures of a job."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import ApiFault
from api.schema import STAFF, in_path, operation
from api.v1.picture_shapes import (
    BINARY,
    KEY,
    MULTIPART,
    SIZE,
    TAKING,
    WEBP,
    PhotoAsk,
    PhotoShape,
    PhotosShape,
    SendsPictures,
    ShowsPicture,
    listed,
    printed,
    shown,
)
from api.views import SAFE, PrivateView
from repairs import photos
from repairs.models import Job, Photo
from shop.accounts import second_factor

REFERENCE = in_path("reference", "The job's reference.", "R-4K7Q-9XRD")


class OnTheBench(BasePermission):
    """Who may see the bench reads, who may work on it writes; with the second factor where staff need one."""

    message = gettext_lazy("This is for staff of the bench, with their second factor where the shop asks for one.")

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person who is logged in has the permission for this method."""
        wanted = "repairs.see_bench" if request.method in SAFE else "repairs.work_bench"
        user = request.user
        if not (user and user.is_authenticated and user.has_perm(wanted)):
            return False
        return second_factor.let_in(request.auth or request._request.session, user)


class JobPhotoAsk(PhotoAsk):
    """A picture, what it shows, and whether the customer sees it."""

    category = serializers.ChoiceField(choices=Photo.Category.values, required=False, default="progress")
    public = serializers.BooleanField(required=False, default=True)


class JobPhoto(PhotoShape):
    """A picture of a job."""

    public = serializers.BooleanField(help_text="Whether the customer sees it.")


class JobPhotosShape(PhotosShape):
    """Pictures of a job, oldest first."""

    items = JobPhoto(many=True)


def base(job: Job) -> str:
    """The path below which a job's pictures are."""
    return f"/api/v1/bench/repairs/{job.reference}/photos/"


SHOWN = shown("/api/v1/bench/repairs/R-4K7Q-9XRD/photos/", category="progress", public=True)


class AtTheBench(PrivateView):
    """For staff, about a job of the site asked."""

    permission_classes = (OnTheBench,)

    def job(self, reference: str) -> Job:
        """The job of this reference. Raises ApiFault not_found."""
        job = Job.objects.filter(site=self.site, reference=reference).first()
        if job is None:
            raise ApiFault("not_found", _("There is no such job."))
        return job


class JobPhotos(AtTheBench, SendsPictures):
    """Pictures of a job."""

    @operation(
        name="job_photos", summary="Pictures of a job", tag="bench", path=[REFERENCE], answer=JobPhotosShape,
        shown=listed([SHOWN]), role=STAFF,
    )  # fmt: skip
    def get(self, request: Request, reference: str) -> Response:
        """All of them, those that the customer does not see as well."""
        job = self.job(reference)
        return Response(listed(printed(row, base(job), public=row.public) for row in photos.of_job(job)))

    @operation(
        name="job_photo_send",
        summary="Send a picture of a job",
        tag="bench",
        path=[REFERENCE],
        ask=JobPhotoAsk,
        asked={"photo": "(the file)", "caption": "New glass", "category": "completed", "public": True},
        body=MULTIPART,
        answer=JobPhoto,
        shown=SHOWN,
        status=201,
        role=STAFF,
        errors=["photo_category_not_known", *TAKING],
    )
    def post(self, request: Request, reference: str) -> Response:
        """A public one is a line in the history; an open tracking page shows it at once."""
        job = self.job(reference)
        asked = self.asked(JobPhotoAsk)
        photo = photos.take_in(
            site=self.site,
            job=job,
            file=asked["photo"],
            caption=asked.get("caption", ""),
            category=asked["category"],
            public=asked["public"],
            by=request.user,  # type: ignore[arg-type]
            at=self.at,
        )
        answer = printed(photo, base(job), public=photo.public)
        return Response(answer, status=201, headers={"Location": f"{base(job)}{photo.key}/image/"})


class JobPhotoOne(AtTheBench):
    """One picture of a job."""

    @operation(
        name="job_photo_remove", summary="Take a job's picture away", tag="bench", path=[REFERENCE, KEY], answer=None,
        shown=None, status=204, role=STAFF,
    )  # fmt: skip
    def delete(self, request: Request, reference: str, key: str) -> Response:
        """Gone at once, file and all; the history says that it was there."""
        photo = photos.find(photos.of_job(self.job(reference)), key)
        photos.remove(photo, by=request.user, at=self.at)  # type: ignore[arg-type]
        return Response(status=204)


class JobPhotoFile(ShowsPicture, AtTheBench):
    """The file of one."""

    @operation(
        name="job_photo_file", summary="The picture itself", tag="bench", path=[REFERENCE, KEY, SIZE], answer=BINARY,
        shown=None, role=STAFF, media=WEBP,
    )  # fmt: skip
    def get(self, request: Request, reference: str, key: str, size: str) -> HttpResponseBase:
        """WebP. Ask again with If-None-Match."""
        photo = photos.find(photos.of_job(self.job(reference)), key)
        return photos.answer(photo, size, request=request._request)
