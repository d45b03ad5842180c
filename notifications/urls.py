"""Where providers report to and, in the demo, where its mail is read. Mounted at the root."""

from django.conf import settings
from django.urls import path

from notifications import inbox, receipts
from notifications.unsubscribing import Unsubscribe

urlpatterns = [
    path("notifications/twilio/status/", receipts.twilio_status, name="twilio-status"),
    path("notifications/unsubscribe/<str:token>/", Unsubscribe.as_view(), name="unsubscribe"),
]
if settings.DEMO:
    urlpatterns += [path("demo/inbox/", inbox.inbox, name="demo-inbox")]
