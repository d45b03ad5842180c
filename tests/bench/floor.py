"""The floor: a bare Django view, no middleware, that answers with bytes from memory."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

bodies: dict[str, bytes] = {}


def same_bytes(request: HttpRequest, name: str) -> HttpResponse:
    """The bytes that the operation of this name answered."""
    if name not in bodies:
        bodies[name] = (Path(os.environ["BENCH_BODIES"]) / name).read_bytes()
    return HttpResponse(bodies[name])


urlpatterns = [path("<slug:name>", same_bytes)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], MIDDLEWARE=[], SECRET_KEY="floor")
application = get_wsgi_application()
