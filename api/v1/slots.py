"""GET slots: when one can come in."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import ANYONE, operation
from api.shapes import moment
from api.views import PrivateView
from repairs import booking, policies

FIRST_YEAR, LAST_YEAR = 2000, 2999


def in_reach(value: date) -> None:
    """Refuse years that no calendar of ours has."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise serializers.ValidationError(_("This year is out of reach."), code="out_of_reach")


class SlotsAsk(serializers.Serializer):
    """Which days, in the shop's own calendar."""

    first_date = serializers.DateField(required=False, validators=[in_reach], help_text="Today when left out.")
    days = serializers.IntegerField(required=False, default=7, min_value=1, max_value=31)


class Slot(serializers.Serializer):
    """A time at which a visit can start."""

    starts_at = serializers.DateTimeField(help_text="In UTC; send it to POST /api/v1/holds/ as it is.")
    local = serializers.DateTimeField(help_text="The same moment on the shop's clock.")


class Slots(serializers.Serializer):
    """Free times, in order."""

    time_zone = serializers.CharField()
    visit_minutes = serializers.IntegerField()
    first_date = serializers.DateField()
    days = serializers.IntegerField()
    items = Slot(many=True)


SHOWN = {
    "time_zone": "Europe/London",
    "visit_minutes": 30,
    "first_date": "2026-06-15",
    "days": 1,
    "items": [{"starts_at": "2026-06-15T08:00:00Z", "local": "2026-06-15T09:00:00+01:00"}],
}


def printed(start: datetime, zone: ZoneInfo) -> dict[str, str | None]:
    """A start as JSON, in UTC and on the shop's clock."""
    return {
        "starts_at": moment(start),
        "local": start.astimezone(zone).isoformat(timespec="seconds"),
    }


class SlotList(PrivateView):
    """Free times."""

    @operation(
        name="slots",
        summary="Free times",
        tag="booking",
        query=SlotsAsk,
        answer=Slots,
        shown=SHOWN,
        errors=["no_policy", "authentication_failed", "throttled"],
        role=ANYONE,
    )
    def get(self, request: Request) -> Response:
        """Starts that can be held at this moment; another customer may be faster."""
        asked, site, at = self.asked(SlotsAsk), self.site, self.at
        terms = policies.terms_for(site=site, at=at)
        first = asked.get("first_date") or at.astimezone(terms.zone).date()
        starts = booking.free_starts(site=site, at=at, first_date=first, days=asked["days"])
        return Response(
            {
                "time_zone": terms.zone.key,
                "visit_minutes": terms.policy.visit_minutes,
                "first_date": first.isoformat(),
                "days": asked["days"],
                "items": [printed(start, terms.zone) for start in starts],
            }
        )
