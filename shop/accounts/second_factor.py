"""With STAFF_SECOND_FACTOR on, a password alone opens no staff area; customers are not asked.

Who has no second factor yet is led to setting one up, who has one but logged in before it, or without it, to the code.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

AREAS = ("/cms/", "/django-admin/", "/dashboard/", "/bench/")


class Middleware:
    """Stands before the staff areas. Needs the session, the user and allauth's own middleware before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and request.path_info.startswith(AREAS):
            user = request.user
            if user.is_authenticated and not let_in(request.session, user):
                return to_the_code(request, user)
        return self.get_response(request)


def is_staff(user: Any) -> bool:
    """Whether the person may do anything a customer may not: the flag, or any permission at all."""
    return bool(user.is_staff or user.is_superuser or user.get_all_permissions())


def let_in(session: Any, user: Any) -> bool:
    """Whether this log-in opens staff areas; `session` is the browser's or the one behind a token of the API."""
    return not settings.STAFF_SECOND_FACTOR or not is_staff(user) or proved(session, user)


def proved(session: Any, user: Any) -> bool:
    """Whether a second factor was used at this log-in or since."""
    asked = HttpRequest()
    asked.session = session
    return any(record.get("method") == "mfa" for record in get_authentication_records(asked, user))


def to_the_code(request: HttpRequest, user: Any) -> HttpResponse:
    """Lead to the code page, or to setting a factor up, and back afterwards to where the person wanted to go."""
    area = next(area for area in AREAS if request.path_info.startswith(area))
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else area
    door = "mfa_reauthenticate"
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        messages.info(request, _("Staff pages want a second factor. Set it up once, it takes a minute."))
        door = "mfa_activate_totp"
    address = f"{reverse(door)}?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return redirect(address)
