"""One log-in door for people. Every other door that our libraries bring is turned into a way to it.

Seen with these versions: Wagtail's own log-in, `_util/login/`, Oscar's dashboard log-in and Django's admin each accept
a password alone; with them open a second factor would be worth nothing. tests/house/test_doors.py walks the URLs.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


def to_login(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the door, and back afterwards to where they wanted to go."""
    wanted = request.GET.get("next", "")
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(reverse("account_login") + query)


def to_login_of_editors(request: HttpRequest) -> HttpResponse:
    """Wagtail's log-in address. Whoever is logged in but may not edit is told so, else they would go round for ever."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return to_login(request)
