"""Pages of the bench that customers see without a log-in."""

from django.urls import path

from repairs.calendar_file import VisitFile
from repairs.tracking_page import TrackingPage, TrackingPhoto

urlpatterns = [
    path("track/<str:token>/", TrackingPage.as_view(), name="track"),
    path("track/<str:token>/visit.ics", VisitFile.as_view(), name="track-visit"),
    path("track/<str:token>/photos/<uuid:key>/<str:size>/", TrackingPhoto.as_view(), name="track-photo"),
]
