"""Keeping pictures: within limits, on a booking until there is a job, in the job's history from then on."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile, File
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.sites import Site
from repairs import history
from repairs.models import Job, Photo
from repairs.models.photos import private_storage
from repairs.photos.cleaning import Clean, PhotoNotReadable, clean

MEGABYTE = 1024 * 1024
FOLDER = "photos"
TAKEN = "job.photo"
REMOVED = "job.photo_removed"
MOST_WORDS = 200


class PhotoTooBig(Exception):
    """The file is bigger than one picture may be."""

    code = "photo_too_big"


class TooManyPhotos(Exception):
    """There are as many pictures as one thing may have."""

    code = "too_many_photos"


class PhotosTooBig(Exception):
    """Together the pictures of one thing would be bigger than they may be."""

    code = "photos_too_big"


class CategoryNotKnown(Exception):
    """Pictures show damage, progress or the completed work, and nothing else."""

    code = "photo_category_not_known"


class PhotoNotFound(Exception):
    """There is no such picture here."""

    code = "not_found"


def batch_of(item: uuid.UUID | None, reference: str) -> str:
    """The key that pictures of a thing carry until a job exists: the item's, else the quote's reference."""
    return str(item) if item else reference


def take_in(
    *,
    site: Site,
    file: File,
    at: datetime,
    batch: str = "",
    job: Job | None = None,
    by: AbstractBaseUser | None = None,
    category: str = Photo.Category.DAMAGE,
    caption: str = "",
    public: bool = True,
) -> Photo:
    """Check a file, make a clean picture of it and keep that; the file itself is kept nowhere.

    It hangs on a `batch` (a thing in a booking that is still being made) or on a `job`; there it is a line in the
    history, which customers see when the picture is `public`. Raises PhotoTooBig, PhotoTooManyPixels,
    PhotoNotReadable, TooManyPhotos, PhotosTooBig, CategoryNotKnown; then nothing was kept.
    """
    if category not in Photo.Category.values:
        raise CategoryNotKnown(_("Choose what the picture shows: damage, progress or the completed work."))
    size = file.size or 0
    _refuse_size(size)
    mine = _siblings(site, batch, job)
    _refuse_count(mine, size, most=_most(job))  # before the costly part; counted again under the lock
    picture = clean(file, pixels=settings.PHOTO_LIMITS["pixels"])
    new = Photo(
        site=site,
        batch=batch,
        job=job,
        category=category,
        caption=_words(caption),
        width=picture.width,
        height=picture.height,
        size=size,
        public=public,
        by=by,  # type: ignore[misc]  # the user model is the account room's
        created_at=at,
    )
    return _keep(new, picture, mine)


def attach(*, job: Job, batches: Iterable[str]) -> int:
    """Hang the pictures of these batches on the job that was opened for the thing; returns how many. One statement."""
    return Photo.objects.filter(batch__in=list(batches), job=None, site_id=job.site_id).update(job=job)


def caption(photo: Photo, *, caption: str) -> Photo:
    """Write what a picture shows, in at most 200 characters; more is cut off."""
    photo.caption = _words(caption)
    photo.save(update_fields=["caption"])
    return photo


def change(
    photo: Photo,
    *,
    category: str,
    caption: str,
    public: bool,
    by: AbstractBaseUser,
    at: datetime,
) -> Photo:
    """Change what is said about a job's picture and who sees it. Raises CategoryNotKnown, PhotoNotFound.

    One that becomes public is news for the customer; one that is hidden again is news for colleagues only.
    """
    if category not in Photo.Category.values:
        raise CategoryNotKnown(_("Choose what the picture shows: damage, progress or the completed work."))
    if photo.job_id is None:
        raise PhotoNotFound(_("This picture does not belong to a repair yet."))
    with transaction.atomic():
        job = history.locked(photo.job_id)
        before = Photo.objects.filter(pk=photo.pk).values_list("public", flat=True).first()
        if before is None:
            raise PhotoNotFound(_("This picture is not there any more."))
        photo.category, photo.caption, photo.public = category, _words(caption), public
        photo.save(update_fields=["category", "caption", "public"])
        if before != public:
            kind = TAKEN if public else REMOVED
            history.append(job, kind=kind, at=at, by=by, public=public, facts={"photo": str(photo.key)})
    return photo


def remove(photo: Photo, *, at: datetime, by: AbstractBaseUser | None = None) -> None:
    """Take a picture away: the row at once, its files when that is certain. Nothing happens when it is gone already."""
    names = [str(photo.image.name), str(photo.thumbnail.name)]
    with transaction.atomic():
        job = history.locked(photo.job_id) if photo.job_id else None
        gone, _rows = Photo.objects.filter(pk=photo.pk).delete()
        if gone and job is not None:
            history.append(job, kind=REMOVED, at=at, by=by, public=False, facts={"photo": str(photo.key)})
        transaction.on_commit(partial(_delete, names))


def find(photos: QuerySet[Photo], key: str) -> Photo:
    """The one of these pictures that has this key; the key may be anything. Raises PhotoNotFound."""
    try:
        photo = photos.filter(key=uuid.UUID(str(key))).first()
    except ValueError:
        photo = None
    if photo is None:
        raise PhotoNotFound(_("This picture is not there any more."))
    return photo


def of_batch(*, site: Site, batch: str) -> QuerySet[Photo]:
    """The pictures of a thing that has no job yet, oldest first."""
    return Photo.objects.filter(site=site, batch=batch, job=None).order_by("pk")


def of_batches(*, site: Site, batches: Iterable[str]) -> dict[str, list[Photo]]:
    """The pictures of several such things by their key, each list oldest first. One statement."""
    found: dict[str, list[Photo]] = {batch: [] for batch in batches}
    for photo in Photo.objects.filter(site=site, batch__in=list(found), job=None).order_by("pk"):
        found[photo.batch].append(photo)
    return found


def of_job(job: Job, *, public_only: bool = False) -> QuerySet[Photo]:
    """The pictures of a job, oldest first; with `public_only` those that its customer sees."""
    shown: dict[str, Any] = {"public": True} if public_only else {}
    return Photo.objects.filter(job=job, **shown).order_by("pk")


def _keep(photo: Photo, picture: Clean, siblings: QuerySet[Photo]) -> Photo:
    """Write files, row and history, counting once more while nobody else can; a refusal leaves nothing.

    The files come first: a row never points to something that is not there yet. `prune` sweeps what a crash leaves.
    """
    at, by = photo.created_at, photo.by
    folder = f"{FOLDER}/{at.astimezone(UTC):%Y-%m-%d}/{photo.category}"
    names = [_write(folder, picture.image), _write(folder, picture.thumbnail)]
    photo.image, photo.thumbnail = names
    try:
        with transaction.atomic():
            locked = history.locked(photo.job_id) if photo.job_id else None
            if locked is None:
                _queue_up(photo.batch)
            _refuse_count(siblings, photo.size, most=_most(photo.job))
            photo.save(force_insert=True)
            if locked is not None:
                facts = {"photo": str(photo.key)}
                history.append(locked, kind=TAKEN, at=at, by=by, public=photo.public, facts=facts)
    except BaseException:
        _delete(names)
        raise
    return photo


def _siblings(site: Site, batch: str, job: Job | None) -> QuerySet[Photo]:
    if bool(batch) == (job is not None):
        raise ValueError("A picture belongs to a batch or to a job.")
    return Photo.objects.filter(job=job) if job else Photo.objects.filter(site=site, batch=batch)


def _most(job: Job | None) -> dict[str, int]:
    """The limits that count: a job collects pictures for as long as it is on the bench, so it may have more."""
    limits = settings.PHOTO_LIMITS
    if job is None:
        return {"files": limits["files"], "bytes": limits["batch_bytes"]}
    return {"files": limits["job_files"], "bytes": limits["job_files"] * limits["file_bytes"]}


def _refuse_size(size: int) -> None:
    if not size:
        raise PhotoNotReadable(_("This file is empty. Take the picture again, or choose another one."))
    if size > settings.PHOTO_LIMITS["file_bytes"]:
        most = {"most": settings.PHOTO_LIMITS["file_bytes"] // MEGABYTE}
        raise PhotoTooBig(_("This picture is larger than %(most)s MB. Send a smaller one.") % most)


def _refuse_count(photos: QuerySet[Photo], size: int, *, most: dict[str, int]) -> None:
    there = photos.aggregate(files=Count("pk"), bytes=Sum("size"))
    if there["files"] >= most["files"]:
        words = ngettext(
            "There is room for %(most)s picture. Remove it to add another.",
            "There is room for %(most)s pictures. Remove one to add another.",
            most["files"],
        )
        raise TooManyPhotos(words % {"most": most["files"]})
    if (there["bytes"] or 0) + size > most["bytes"]:
        room = {"most": most["bytes"] // MEGABYTE}
        raise PhotosTooBig(_("Together your pictures would be larger than %(most)s MB. Send smaller ones.") % room)


def _queue_up(batch: str) -> None:
    """Let one upload to a batch at a time count and write. SQLite's write transactions come one by one anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"photos:{batch}"])


def _words(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:MOST_WORDS]


def _write(folder: str, content: bytes) -> str:
    return str(private_storage().save(f"{folder}/{uuid.uuid4().hex}.webp", ContentFile(content)))


def _delete(names: Iterable[str]) -> None:
    storage = private_storage()
    for name in names:
        storage.delete(name)
