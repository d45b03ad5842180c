"""Handing a picture out. Who may see it was asked before; no address leads to the file itself."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _

from repairs.models import Photo

IMAGE, THUMBNAIL = "image", "thumbnail"
SIZES = (IMAGE, THUMBNAIL)
KEPT = 3600  # seconds in the browser of who may see it, and nowhere else


def answer(photo: Photo, size: str, *, request: HttpRequest | None = None) -> HttpResponseBase:
    """The picture as WebP: `image` (at most 2048 px) or `thumbnail` (300 x 300); 304 when the `request` knows it.

    Raises Http404 for another size and for a file that is gone. The browser may neither guess another type nor run
    anything in it.
    """
    if size not in SIZES:
        raise Http404(_("There is no such picture."))
    etag = quote_etag(f"{photo.key.hex}-{size}")
    response: HttpResponseBase | None = None
    if request is not None:
        response = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != 304:
        try:
            with getattr(photo, size).open("rb") as file:
                response = HttpResponse(file.read(), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404(_("This picture is not there any more.")) from error
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={KEPT}"
    response["Content-Disposition"] = 'inline; filename="photo.webp"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
