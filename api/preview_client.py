"""The preview client: a small frontend at /preview-client/ that knows nothing but the API.

Editors see their drafts in it, and frontend developers read how it is done: static/mendwell/js/preview-client.js.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe


def words() -> dict[str, str]:
    """What the client itself says; everything else comes from the API."""
    return {
        "draft": _("Draft: not published"),
        "until": _("This look at it ends at {time}."),
        "gone": _("This preview is over. Open it again from the editor."),
        "missing": _("There is nothing at this address."),
        "broken": _("The shop does not answer. Try again in a moment."),
        "home": _("Home"),
        "from": _("from {price}"),
        "minutes": _("{number} minutes"),
        "warranty": _("{number} days warranty"),
        "free": _("Next free time: {time}"),
        "book": _("Book this repair"),
        "open": _("Opening hours"),
        "search": _("Find my device"),
        "look": _("Search"),
        "devices": _("Devices"),
        "number": _("{number} devices"),
        "repairs": _("Repairs and prices"),
        "issues": _("What often goes wrong"),
        "before": _("Before the visit"),
        "by": _("as written for {name}"),
        "more": _("Everything else"),
        "nothing": _("Nothing here yet."),
        "sent": _("Sent"),
    }


@require_safe
@xframe_options_sameorigin
def client(request: HttpRequest, rest: str = "") -> HttpResponse:
    """The same bytes for every path and token: the browser reads both and asks the API."""
    response = render(request, "preview_client/index.html", {"words": words()})
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache"
    return response


urlpatterns = [path("", client, name="preview-client"), path("<path:rest>", client)]
