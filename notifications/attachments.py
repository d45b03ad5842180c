"""Files that go with a mail. A message keeps where each comes from; the file itself is made when the mail is sent.

`settings.ATTACHMENTS` names a function for each kind of file, so that this room knows none of them: it takes the part
behind the colon of a source ("document:12") and gives the type and the bytes of the file.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notifications.channels.base import Attachment, Unavailable

log = logging.getLogger(__name__)


def named(name: str, kind: str, key: Any) -> dict[str, str]:
    """A file as messages keep it: the name the reader sees, and where it comes from. Raises ImproperlyConfigured."""
    _source(kind)
    return {"name": name, "source": f"{kind}:{key}"}


def read(wanted: Iterable[dict[str, str]]) -> tuple[Attachment, ...]:
    """The files, made now. A file that cannot be made is Unavailable: no mail goes out without what it speaks of."""
    return tuple(_read(one) for one in wanted)


def _read(wanted: dict[str, str]) -> Attachment:
    kind, _colon, key = wanted["source"].partition(":")
    source = _source(kind)
    try:
        content_type, content = source(key)
    except Exception as error:  # whatever it is, the mail waits and is tried again; nothing has gone out yet
        log.exception("The file %s could not be made", wanted["source"])
        raise Unavailable(f"{wanted['name']} could not be made: {type(error).__name__}") from error
    return Attachment(name=wanted["name"], content_type=content_type, content=content)


def _source(kind: str) -> Any:
    path = getattr(settings, "ATTACHMENTS", {}).get(kind)
    if path is None:
        raise ImproperlyConfigured(f"ATTACHMENTS has no entry {kind!r}.")
    return import_string(path)
