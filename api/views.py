"""What every view of ours has: the site, the moment, its throttles, and how its answers may be kept."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView
from wagtail.models import Site

from api.authentication import PEOPLE
from api.parsing import Parser
from api.throttles import Lookups, Reads, Writes
from cms.sites import site_for

SAFE = ("GET", "HEAD", "OPTIONS")


def language_of(request: Request) -> str:
    """The first language of Accept-Language that we speak, else the default one."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


class View(APIView):
    """One address. Methods that are not there answer 405, OPTIONS included (CORS answers before us)."""

    metadata_class = None
    parser_classes = (Parser,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """DRF's, after choosing the language: by the header alone, for addresses of the API carry none."""
        translation.activate(language_of(request))
        super().initial(request, *args, **kwargs)

    @property
    def site(self) -> Site:
        """The site this request came to."""
        return site_for(self.request._request)

    @property
    def at(self) -> datetime:
        """Now: the edge where the clock is read."""
        return timezone.now()

    def asked(self, kind: type[Serializer], data: Any = None) -> dict[str, Any]:
        """What was asked, checked for form. Takes the query on GET and the body elsewhere; raises ValidationError."""
        given = data if data is not None else self.request.query_params if self.request.method in SAFE else None
        form = kind(data=self.request.data if given is None else given)
        form.is_valid(raise_exception=True)
        return form.validated_data


def mark(response: Response) -> HttpResponseBase:
    """Give a rendered public answer its ETag, or turn it into 304 when the caller has it already."""
    if response.status_code != 200:
        return response
    etag = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["ETag"] = etag
    request = response.renderer_context["request"]._request  # type: ignore[attr-defined]
    return get_conditional_response(request, etag=etag, response=response) or response


class PublicView(View):
    """The same answer for everybody: no log-in, no cookie, may be kept by caches that ask again."""

    authentication_classes = ()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """DRF's, plus ETag and Cache-Control."""
        done = super().finalize_response(request, response, *args, **kwargs)
        kept = "public, max-age=0, must-revalidate" if done.status_code == 200 else "no-store"
        done["Cache-Control"] = kept
        patch_vary_headers(done, ["Accept-Language"])
        done.add_post_render_callback(mark)
        return done


def true_until(response: Response, moments: Iterable[datetime]) -> Response:
    """Tell the page cache when time alone may change the answer; without a moment it stays true until it is changed."""
    first = min(moments, default=None)
    if first is not None:
        response["X-Cache-Until"] = str(first.timestamp())
    return response


class PrivateView(View):
    """An answer for one person or one basket: nobody keeps it."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = PEOPLE
    read_throttle: type[BaseThrottle] = Reads
    write_throttle: type[BaseThrottle] = Writes

    def get_throttles(self) -> list[BaseThrottle]:
        """One counter for reading, one for writing."""
        return [self.read_throttle() if self.request.method in SAFE else self.write_throttle()]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """DRF's, plus the order to keep nothing."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "no-store"
        return done


class TokenView(PrivateView):
    """An address that carries its own permission, as a tracking link does; guessing is slow, Referer stays empty."""

    authentication_classes = ()
    read_throttle = Lookups

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """PrivateView's, plus keeping the address out of other sites' logs."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Referrer-Policy"] = "no-referrer"
        return done
