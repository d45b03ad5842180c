"""The page that gathers how one logs in: addresses, password, second factor, places where one is logged in."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shop.accounts import second_factor


@never_cache
@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything about one's own log-in at a glance, each with the way to change it."""
    return render(request, "account/security.html", facts(request.user))


def facts(user: Any) -> dict[str, Any]:
    """What the page shows, in five statements."""
    factors = {row.type: row for row in Authenticator.objects.filter(user=user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    return {
        "addresses": list(EmailAddress.objects.filter(user=user).order_by("-primary", "email")),
        "has_password": user.has_usable_password(),
        "app": factors.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "session_count": UserSession.objects.filter(user=user).count(),
        "is_staff": second_factor.is_staff(user),
    }


@login_required
@require_POST
def log_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this person, this one too: browsers and apps."""
    get_adapter().end_sessions(UserSession.objects.filter(user=request.user))
    logout(request)
    messages.success(request, _("You are logged out everywhere."))
    return redirect("account_login")
