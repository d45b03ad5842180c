"""Pages of the bench that customers see without a log-in."""

from django.urls import path

from repairs.tracking_page import TrackingPage

urlpatterns = [path("track/<str:token>/", TrackingPage.as_view(), name="track")]
