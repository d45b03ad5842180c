"""The page behind the link at the foot of a mail: one button switches that kind of mail off, without a log-in.

The signed address is all the permission that is needed, so the mail programme's own button works too (RFC 8058). A
GET changes nothing: mail scanners follow links.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from notifications import preferences
from notifications.preferences import NoSuchChoice, OneChannelNeeded


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class Unsubscribe(View):
    """GET asks, POST does it. 404 for a link that is not ours."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Say what would be switched off."""
        user, purpose, channel = self.named(token)
        return self.answer(request, purpose, done=not preferences.wanted(user.pk, purpose, channel))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Switch it off. Doing it twice is the same as once."""
        user, purpose, channel = self.named(token)
        try:
            preferences.save(user=user, purpose=purpose, channel=channel, allowed=False, at=timezone.now())
        except OneChannelNeeded as refusal:
            return self.answer(request, purpose, refused=str(refusal))
        return self.answer(request, purpose, done=True)

    def named(self, token: str) -> tuple[Any, str, str]:
        """The person and the choice that the link is about. Raises Http404."""
        try:
            user_id, purpose, channel = preferences.read_link(token)
        except NoSuchChoice as error:
            raise Http404(str(error)) from error
        user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise Http404
        return user, purpose, channel

    def answer(self, request: HttpRequest, purpose: str, *, done: bool = False, refused: str = "") -> HttpResponse:
        """The page, named to no other site."""
        label = preferences.Purpose(purpose).label
        context = {"label": label, "done": done, "refused": refused}
        response = render(request, "notifications/unsubscribe.html", context)
        response["Referrer-Policy"] = "no-referrer"
        return response
