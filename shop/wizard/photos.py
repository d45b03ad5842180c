"""The photos step: pictures of each thing in the booking, one at a time by script or many in one plain form."""

import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.sites import site_for
from repairs import photos as pictures
from repairs.models import Photo
from shop import basket_photos, drafts, guesses, reserve
from shop.baskets import BasketClosed
from shop.models import DraftItem
from shop.wizard.opening import Opened, look_up, with_draft


class TooManyInAnHour(Exception):
    """This address sent very many pictures within the hour."""

    code = "throttled"


REFUSALS = (*pictures.REFUSALS, pictures.PhotoNotFound, BasketClosed, TooManyInAnHour)
LONGEST_NAME = 60


@dataclass(frozen=True)
class Refused:
    """A file that was not kept: as the customer named it, and why."""

    name: str
    words: str


@dataclass
class Thing:
    """One thing of the booking, with what its uploader shows."""

    item: DraftItem
    name: str
    photos: list[Photo]
    refused: list[Refused]

    @property
    def most(self) -> int:
        """How many pictures it may have."""
        return int(settings.PHOTO_LIMITS["files"])

    @property
    def full(self) -> bool:
        """Whether there is no room for another."""
        return len(self.photos) >= self.most


@with_draft
def photos(opened: Opened) -> HttpResponse:
    """The step. A script sends one wish at a time and gets JSON; a plain form sends everything at once."""
    request = opened.request
    if not opened.draft.items.all():
        return redirect("draft", token=opened.token)
    if request.method != "POST":
        return show(opened, {})
    reserve.renew_time(basket=opened.draft.basket, at=opened.at)  # pictures take a while; the time is not to run out
    if request.headers.get("X-Photos") == "1":
        return by_script(opened)
    return by_form(opened)


def photo(request: HttpRequest, token: str, key: uuid.UUID, size: str) -> HttpResponseBase:
    """One picture, for who has the draft's link; 404 for everybody else, whatever is wrong."""
    site = site_for(request)
    try:
        draft = look_up(request, site=site, token=token)
        drafts.check(draft, user=request.user)
        batches = [pictures.batch_of(item.key, "") for item in draft.items.all()]
        found = pictures.find(Photo.objects.filter(site=site, batch__in=batches, job=None), str(key))
    except (
        drafts.DraftNotFound,
        drafts.DraftNotYours,
        drafts.DraftPlaced,
        guesses.TooManyGuesses,
        pictures.PhotoNotFound,
    ) as error:
        raise Http404(_("There is no such picture.")) from error
    return pictures.answer(found, size, request=request)


def things(opened: Opened, refused: dict[uuid.UUID, list[Refused]]) -> list[Thing]:
    """The things of the booking with their pictures; one statement for all pictures."""
    items = list(opened.draft.items.all())
    batches = {item.key: pictures.batch_of(item.key, "") for item in items}
    kept = pictures.of_batches(site=opened.site, batches=batches.values())
    return [Thing(item, name_of(item), kept[batches[item.key]], refused.get(item.key, [])) for item in items]


def name_of(item: DraftItem) -> str:
    """The thing as the customer knows it."""
    if item.device is not None:
        return item.device.name
    return str(item.thing.get("name") or next((kind.name for kind in item.repair_types.all()), "") or _("Your device"))


def show(opened: Opened, refused: dict[uuid.UUID, list[Refused]]) -> HttpResponse:
    """The page, with what was refused beside the thing that it was sent for."""
    found = things(opened, refused)
    context = opened.context("photos") | {
        "things": found,
        "any_photos": any(thing.photos for thing in found),
        "refused": [(thing, row) for thing in found for row in thing.refused],
        "limits": limits(),
        "onward": reverse("draft-details", args=[opened.token]),
        "address": reverse("draft-photos", args=[opened.token]),
    }
    return render(opened.request, "shop/wizard/photos.html", context)


def limits() -> dict[str, int]:
    """What the words and the script need to know; sizes in megabytes and bytes."""
    bytes_ = settings.PHOTO_LIMITS["file_bytes"]
    return {"files": settings.PHOTO_LIMITS["files"], "file_bytes": bytes_, "file_mb": bytes_ // 1024**2}


def by_form(opened: Opened) -> HttpResponse:
    """Everything in one form: captions are kept, one picture may go, files come in; the good ones stay in any case."""
    request = opened.request
    keep_captions(opened)
    if wish := request.POST.get("remove", ""):
        take_away(opened, wish)
        messages.success(request, _("The picture was removed."))
        return redirect("draft-photos", token=opened.token)
    kept = 0
    refused: dict[uuid.UUID, list[Refused]] = {}
    for item in opened.draft.items.all():
        for file in request.FILES.getlist(f"photos-{item.key}"):
            try:
                add(opened, item, file)
                kept += 1
            except REFUSALS as problem:
                refused.setdefault(item.key, []).append(Refused(str(file.name)[-LONGEST_NAME:], str(problem)))
    if kept:
        words = ngettext("%(kept)s picture was added.", "%(kept)s pictures were added.", kept)
        messages.success(request, words % {"kept": kept})
    if refused:
        return show(opened, refused)
    if request.POST.get("act") == "add":
        return redirect("draft-photos", token=opened.token)
    drafts.reach(opened.draft, "details")
    return redirect("draft-details", token=opened.token)


def by_script(opened: Opened) -> JsonResponse:
    """One wish: a file for an item, a caption, or a picture to take away. A refusal is 422 with its words."""
    request = opened.request
    try:
        if wish := request.POST.get("remove", ""):
            take_away(opened, wish)
            return JsonResponse({})
        file = request.FILES.get("photo")
        if file is None:
            keep_captions(opened)
            return JsonResponse({})
        item = next((i for i in opened.draft.items.all() if str(i.key) == request.POST.get("item", "")), None)
        if item is None:
            return JsonResponse({"message": _("This device is not in your booking any more.")}, status=422)
        made = add(opened, item, file)
    except REFUSALS as problem:
        return JsonResponse({"message": str(problem), "code": problem.code}, status=422)
    context: dict[str, Any] = {"photo": made, "token": opened.token}
    html = render_to_string("components/photo_tile.html", context, request=request)
    return JsonResponse({"key": str(made.key), "html": html}, status=201)


def add(opened: Opened, item: DraftItem, file: UploadedFile) -> Photo:
    """Keep a picture of a thing of the draft. Raises REFUSALS."""
    try:
        guesses.take(what="photos", who=[str(get_adapter().get_client_ip(opened.request))])
    except guesses.TooManyGuesses as error:
        raise TooManyInAnHour(
            _("These are very many pictures for one hour. Go on without, or come back later.")
        ) from error
    return basket_photos.add(
        site=opened.site,
        basket=opened.draft.basket,
        batch=pictures.batch_of(item.key, ""),
        file=file,
        at=opened.at,
        caption=opened.request.POST.get("caption", ""),
    )


def take_away(opened: Opened, key: str) -> None:
    """Remove one of the draft's pictures; nothing happens when it is gone already."""
    try:
        found = pictures.find(mine(opened), key)
    except pictures.PhotoNotFound:
        return
    basket_photos.remove(basket=opened.draft.basket, photo=found, at=opened.at)


def keep_captions(opened: Opened) -> None:
    """Write the captions that were sent and differ."""
    sent = {
        name.removeprefix("caption-"): text
        for name, text in opened.request.POST.items()
        if name.startswith("caption-") and isinstance(text, str)
    }
    if not sent:
        return
    for row in mine(opened):
        words = sent.get(str(row.key))
        if words is not None and words != row.caption:
            pictures.caption(row, caption=words)


def mine(opened: Opened) -> Any:
    """The pictures of the draft's things."""
    batches = [pictures.batch_of(item.key, "") for item in opened.draft.items.all()]
    return Photo.objects.filter(site=opened.site, batch__in=batches, job=None)
