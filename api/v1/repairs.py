"""GET repairs/{token} and its events: following a repair by its tracking link."""

from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import LINK, in_path, operation
from api.shapes import moment
from api.views import TokenView
from repairs import photos, tracking
from repairs.models import Job
from repairs.told import keys_of_job, told
from shop.portal.tracking import keys_of_order

TOKEN = in_path(
    "token",
    "The tracking token, as in the link we sent.",
    "eyJqIjoiTS03S1EyIn0:1vMXxy:abc",
)


class Step(serializers.Serializer):
    """One stop on the way."""

    status = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.CharField(help_text="done, now or next")
    at = serializers.DateTimeField(allow_null=True)


class Event(serializers.Serializer):
    """One line of the history. `seq` counts within the repair; the live stream uses the same numbers."""

    seq = serializers.IntegerField()
    kind = serializers.CharField()
    status = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ToldShape(serializers.Serializer):
    """A message that went out to the customer: what, how and when, but not its words and not where to."""

    title = serializers.CharField()
    channel = serializers.CharField(help_text="email, sms, push or inapp.")
    by = serializers.CharField(help_text="The channel in words.")
    at = serializers.DateTimeField()


class Live(serializers.Serializer):
    """Where to listen for what happens next."""

    url = serializers.CharField(help_text="Server-sent events; Last-Event-ID is the last seq you know.")
    after = serializers.IntegerField(help_text="The newest event in this answer.")


class RepairShape(serializers.Serializer):
    """A repair as its customer sees it. No name, address or telephone."""

    reference = serializers.CharField()
    subject = serializers.CharField()
    repairs = serializers.ListField(child=serializers.CharField())
    status = serializers.CharField()
    status_label = serializers.CharField()
    sentence = serializers.CharField()
    next_sentence = serializers.CharField(help_text="What happens next, and what your customer has to do for it.")
    starts_at = serializers.DateTimeField(allow_null=True, help_text="The visit, while it is still to come.")
    promised_at = serializers.DateTimeField(allow_null=True)
    finished = serializers.BooleanField()
    steps = Step(many=True)
    events = Event(many=True)
    photos = serializers.IntegerField(help_text="How many pictures GET repairs/{token}/photos/ lists.")
    told = ToldShape(many=True, help_text="What was sent about the repair and its order, newest first.")
    last_seq = serializers.IntegerField()
    live = Live()


class EventsAsk(serializers.Serializer):
    """From where to go on."""

    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2_000_000_000)


class Events(serializers.Serializer):
    """What happened after a number."""

    items = Event(many=True)
    last_seq = serializers.IntegerField()


SHOWN_EVENT = {
    "seq": 1,
    "kind": "job.booked",
    "status": "booked",
    "label": "Booked",
    "note": "",
    "at": "2026-11-21T12:00:00Z",
}
SHOWN = {
    "reference": "M-7KQ2XR4D",
    "subject": "iPhone 8",
    "repairs": ["Screen repair"],
    "status": "booked",
    "status_label": "Booked",
    "sentence": "Your iPhone 8 is booked in",
    "next_sentence": "Bring it to the shop at the time of your visit. We take it in and write to you.",
    "starts_at": "2026-11-23T10:00:00Z",
    "promised_at": None,
    "finished": False,
    "steps": [
        {
            "status": "booked",
            "label": "Booked",
            "state": "now",
            "at": "2026-11-21T12:00:00Z",
        }
    ],
    "events": [SHOWN_EVENT],
    "photos": 2,
    "told": [{"title": "Your booking", "channel": "email", "by": "E-mail", "at": "2026-11-21T12:00:04Z"}],
    "last_seq": 1,
    "live": {
        "url": "https://shop.example.com/live/eyJqIjoiTS03S1EyIn0:1vMXxy:abc/",
        "after": 1,
    },
}


def event(row: tracking.StoryEvent) -> dict[str, Any]:
    """A line of the history as JSON."""
    return {
        "seq": row.seq,
        "kind": row.kind,
        "status": row.status,
        "label": str(row.label),
        "note": row.note,
        "at": moment(row.at),
    }


def messages(job: Job) -> list[dict[str, Any]]:
    """What was sent about a repair and its order, as JSON. Two statements."""
    keys = [*keys_of_job(job.reference), *keys_of_order([job.pk])]
    return [
        {"title": str(row.title), "channel": row.channel, "by": str(row.by), "at": moment(row.at)}
        for row in told([job.contact_id], keys)
    ]


class RepairOne(TokenView):
    """One repair."""

    @operation(
        name="repair",
        summary="Follow a repair",
        tag="tracking",
        path=[TOKEN],
        answer=RepairShape,
        shown=SHOWN,
        role=LINK,
    )
    def get(self, request: Request, token: str) -> Response:
        """Where the repair stands, how it got there, and where to listen for more."""
        job = tracking.find(token)
        story = tracking.story(job, at=self.at)
        return Response(
            {
                "reference": story.reference,
                "subject": story.subject_name,
                "repairs": list(story.tasks),
                "status": story.status,
                "status_label": str(story.status_label),
                "sentence": str(story.sentence),
                "next_sentence": str(story.next_sentence),
                "starts_at": moment(story.starts_at),
                "promised_at": moment(story.promised_at),
                "finished": story.finished,
                "steps": [
                    {
                        "status": str(step.status),
                        "label": str(step.label),
                        "state": step.state,
                        "at": moment(step.at),
                    }
                    for step in story.steps
                ],
                "events": [event(row) for row in story.events],
                "photos": photos.of_job(job, public_only=True).count(),
                "told": messages(job),
                "last_seq": story.last_seq,
                "live": {
                    "url": f"{settings.PUBLIC_ORIGIN}/live/{token}/",
                    "after": story.last_seq,
                },
            }
        )


class RepairEvents(TokenView):
    """What happened since."""

    @operation(
        name="repair_events",
        summary="What happened to a repair since",
        tag="tracking",
        path=[TOKEN],
        query=EventsAsk,
        answer=Events,
        shown={"items": [SHOWN_EVENT], "last_seq": 1},
        role=LINK,
    )
    def get(self, request: Request, token: str) -> Response:
        """Events with a seq above `after`; for clients that cannot hold a stream open."""
        asked = self.asked(EventsAsk)
        story = tracking.story(tracking.find(token), at=self.at)
        items = [event(row) for row in story.events if row.seq > asked["after"]]
        return Response({"items": items, "last_seq": story.last_seq})
