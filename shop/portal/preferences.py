"""What I want to hear from the shop, and how."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications import contacts, preferences
from notifications.models import Message
from notifications.preferences import Choice, OneChannelNeeded, Purpose
from shop.portal.mine import Mine

WORDS = {
    Purpose.SERVICE: (
        gettext_lazy("News of a repair"),
        gettext_lazy("When we have it, when a part is missing, when it is ready. One way has to stay on."),
    ),
    Purpose.MARKETING: (gettext_lazy("Offers and tips"), gettext_lazy("Now and then. Off unless you switch it on.")),
}


class Preferences(Mine):
    """A switch for each purpose and channel; every change is kept with its time."""

    http_method_names = ["get", "head", "post"]
    template_name = "portal/preferences.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """What holds now."""
        return self._shown({})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep what differs, all of it or nothing. What is switched on goes first, so that ways can be swapped."""
        asked = {key: key in request.POST for key in _keys()}
        now = {f"{choice.purpose}-{choice.channel}": choice for choice in preferences.choices(request.user.pk or 0)}
        differing = [(now[key], wish) for key, wish in asked.items() if now[key].allowed != wish]
        try:
            with transaction.atomic():
                for choice, wish in sorted(differing, key=lambda pair: not pair[1]):
                    preferences.save(
                        user=request.user, purpose=choice.purpose, channel=choice.channel, allowed=wish, at=self.at
                    )
        except OneChannelNeeded as refusal:
            return self.page(**self._shown(asked), error=str(refusal))
        if differing:
            messages.success(request, _("Saved. From now on we write to you like this."))
        return redirect("account-preferences")

    def _shown(self, asked: dict[str, bool]) -> dict[str, Any]:
        groups: dict[str, list[dict[str, Any]]] = {}
        for choice in preferences.choices(self.request.user.pk or 0):
            groups.setdefault(choice.purpose, []).append(_switch(choice, asked))
        own = contacts.own(user=self.request.user, site=self.site)
        return {
            "groups": [
                {"key": purpose, "title": WORDS[Purpose(purpose)][0], "hint": WORDS[Purpose(purpose)][1], "rows": rows}
                for purpose, rows in groups.items()
            ],
            "own": own,
        }


def _keys() -> list[str]:
    return [f"{purpose}-{channel}" for purpose in Purpose.values for channel in preferences.CHANNELS]


def _switch(choice: Choice, asked: dict[str, bool]) -> dict[str, Any]:
    key = f"{choice.purpose}-{choice.channel}"
    label = Message.Channel(choice.channel).label
    return {"key": key, "label": label, "on": asked.get(key, choice.allowed), "changed_at": choice.changed_at}
