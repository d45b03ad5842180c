"""What nginx does in front of us in production (deploy/nginx.conf): it packs text and serves editors' pictures."""

import gzip
import mimetypes
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from site_config.page_cache import capture
from site_config.wsgi import application as shop

TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/xml")
A_YEAR = ("Cache-Control", "public, max-age=31536000, immutable")


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The shop behind such a server."""
    path = environ["PATH_INFO"]
    if path.startswith("/media/"):
        return picture(path.removeprefix("/media/"), start_response)
    answer = capture(shop, environ)
    kind = answer.header("content-type")
    packed = kind.startswith(TEXT) and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") and len(answer.body) > 500
    if not packed or answer.header("content-encoding"):
        start_response(answer.status, answer.headers)
        return [answer.body]
    body = gzip.compress(answer.body, 5)
    kept = [pair for pair in answer.headers if pair[0].lower() != "content-length"]
    start_response(answer.status, [*kept, ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))])
    return [body]


def picture(name: str, start_response: Any) -> Iterable[bytes]:
    """A file of the media folder, if it is inside it."""
    folder = Path(settings.MEDIA_ROOT).resolve()
    file = (folder / name).resolve()
    if not file.is_file() or os.path.commonpath([folder, file]) != str(folder):
        start_response("404 Not Found", [("Content-Length", "0")])
        return []
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(file.stat().st_size)), A_YEAR])
    return [file.read_bytes()]
