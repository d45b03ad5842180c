"""Taking away what nobody will come back for: pictures of bookings never made, and files that a crash left behind."""

from datetime import date, datetime, timedelta

from django.conf import settings

from repairs.models import Photo
from repairs.models.photos import private_storage
from repairs.photos.keeping import FOLDER, remove

MOST_AT_ONCE = 500  # rows in one run; the next one goes on


def prune(at: datetime) -> int:
    """Remove pictures that never came to a job, then files without a row; returns how many pictures went.

    Days within reach are those in which a picture may still wait for its job, and a day more. Safe to repeat.
    """
    waits = timedelta(days=settings.PHOTO_LIMITS["unused_days"])
    over = Photo.objects.filter(job=None, created_at__lt=at - waits).order_by("pk")[:MOST_AT_ONCE]
    gone = 0
    for photo in over:
        remove(photo, at=at)
        gone += 1
    today = at.date()
    for day in _days():
        # Today's and yesterday's files may belong to an upload that is not finished.
        if timedelta(days=1) < today - day <= waits + timedelta(days=2):
            _sweep(day)
    return gone


def _days() -> list[date]:
    found = []
    for name in _list(FOLDER)[0]:
        try:
            found.append(date.fromisoformat(name))
        except ValueError:
            continue
    return found


def _sweep(day: date) -> None:
    storage = private_storage()
    for category in _list(f"{FOLDER}/{day}")[0]:
        folder = f"{FOLDER}/{day}/{category}"
        rows = Photo.objects.filter(image__startswith=f"{folder}/").values_list("image", "thumbnail")
        known = {name for row in rows for name in row}
        for name in _list(folder)[1]:
            if f"{folder}/{name}" not in known:
                storage.delete(f"{folder}/{name}")


def _list(folder: str) -> tuple[list[str], list[str]]:
    """Folders and files in a folder; none when it is not there."""
    try:
        folders, files = private_storage().listdir(folder)
    except FileNotFoundError:
        return [], []
    return list(folders), list(files)
