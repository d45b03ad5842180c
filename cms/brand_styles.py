"""The style sheet of a shop's own colour. The pages' Content-Security-Policy lets no styles stand inside them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cms.brand import tones_of

WEEK = 60 * 60 * 24 * 7


@require_safe
@cache_control(public=True, max_age=WEEK)
def styles(request: HttpRequest, colour: str) -> HttpResponse:
    """The tones of a colour, named by its six hexadecimal digits: the address says all, so nothing is looked up."""
    found = tones_of(f"#{colour}")
    if found is None:
        raise Http404
    return HttpResponse(f":root{{{found.css}}}", content_type="text/css; charset=utf-8")
