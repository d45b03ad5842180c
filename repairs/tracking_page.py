"""The page behind a tracking link: the story of one repair, for whoever holds the link."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cms.sites import shop_settings
from repairs import knocks, opening, photos, tracking
from repairs.models import Job, Photo
from repairs.times import zone_word
from repairs.told import keys_of_job, told

SENT_TO_US = ("postal", "courier")


class ByLink(View):
    """What a tracking link opens. A link that is forged, damaged, old or withdrawn is one and the same 404; an
    address that tries too many of them waits.
    """

    http_method_names = ["get", "head"]
    job: Job

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Look the link up, then go on in the customer's language."""
        if knocks.too_many(request):
            return knocks.wait_a_little(request)
        try:
            self.job = tracking.find(kwargs["token"])
        except tracking.LinkNotGood as error:
            knocks.note(request)
            raise Http404(str(error)) from error
        with translation.override(self.job.contact.language):
            return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class TrackingPage(ByLink):
    """Status, steps, visit, photos, notes and what was sent. `shop` adds what was sent about the order."""

    template_name = "repairs/tracking.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The page in the customer's language and the shop's zone; never stored, never named to other sites."""
        response = render(request, self.template_name, self.facts(self.job, token))
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def facts(self, job: Job, token: str) -> dict[str, Any]:
        """What the template shows. Five statements: tasks, history, photos, messages, opening hours."""
        at = timezone.now()
        shop = shop_settings(job.site)
        story = tracking.story(job, at=at)
        moments = {"visit": story.starts_at, "promise": story.promised_at}
        return {
            "story": story,
            "notes": [event for event in reversed(story.events) if event.note],
            "shop": shop,
            "zone": shop.zone,
            "zone_words": {name: zone_word(moment, shop.zone) for name, moment in moments.items() if moment},
            "live_url": "" if story.finished else f"/live/{token}/",
            "at": at,
            "today": opening.hours_on(site=job.site, day=at.astimezone(shop.zone).date()),
            "photos": gallery(job, token),
            "told": told([job.contact_id], self.keys(job)),
            "calendar_url": f"/track/{token}/visit.ics" if story.starts_at and story.starts_at > at else "",
            "bring": what_to_bring(job),
        }

    def keys(self, job: Job) -> list[str]:
        """How the dedupe keys of the messages begin that this page tells of."""
        return keys_of_job(job.reference)


class TrackingPhoto(ByLink):
    """One picture of the repair, if its customer may see it; 404 otherwise."""

    def get(self, request: HttpRequest, token: str, key: UUID, size: str) -> HttpResponseBase:
        """The picture in one of its sizes."""
        try:
            photo = photos.find(photos.of_job(self.job, public_only=True), str(key))
        except photos.PhotoNotFound as error:
            raise Http404(str(error)) from error
        return photos.answer(photo, size, request=request)


def gallery(job: Job, token: str) -> dict[str, Any]:
    """The pictures that the customer sees, oldest first; the pair of before and after once there is one, and the rest.

    What customers wrote under their own pictures is left out: it may say more of them than of the device. One
    statement.
    """
    shown = [_shown(photo, token) for photo in photos.of_job(job, public_only=True)]
    before = next((photo for photo in shown if photo["category"] == Photo.Category.DAMAGE), None)
    after = next((photo for photo in reversed(shown) if photo["category"] == Photo.Category.COMPLETED), None)
    pair = (before, after) if before and after else (None, None)
    return {"all": shown, "before": pair[0], "after": pair[1], "rest": [photo for photo in shown if photo not in pair]}


def _shown(photo: Photo, token: str) -> dict[str, Any]:
    label = photo.get_category_display()
    ours = photo.category != Photo.Category.DAMAGE
    address = f"/track/{token}/photos/{photo.key}"
    return {
        "key": photo.key,
        "category": photo.category,
        "label": label,
        "caption": photo.caption if ours and photo.caption else label,
        "url": f"{address}/{photos.IMAGE}/",
        "thumbnail": f"{address}/{photos.THUMBNAIL}/",
        "at": photo.created_at,
    }


def what_to_bring(job: Job) -> list[str]:
    """What should come with the thing, while it is still to come; empty afterwards."""
    if job.status != Job.Status.BOOKED:
        return []
    if job.hand_over in SENT_TO_US:
        first = _("Pack it softly and put the reference %(reference)s into the parcel") % {"reference": job.reference}
    else:
        first = _("Your %(device)s and this reference: %(reference)s") % {
            "device": job.subject_name,
            "reference": job.reference,
        }
    return [
        first,
        _("A copy of your data, made before; we take care, but things can go wrong"),
        _("Its charger, if charging is part of the trouble"),
        _("No SIM or memory cards, cases or papers"),
    ]
