"""Where providers report to and, in the demo, where its mail is read. Mounted at the root."""

from django.conf import settings
from django.urls import path

from notifications import inbox, receipts

urlpatterns = [path("notifications/twilio/status/", receipts.twilio_status, name="twilio-status")]
if settings.DEMO:
    urlpatterns += [path("demo/inbox/", inbox.inbox, name="demo-inbox")]
