"""The page behind a tracking link, mounted at the root before the bench's own of the same name."""

from django.urls import path

from shop.portal.tracking import OrderTrackingPage

urlpatterns = [path("track/<str:token>/", OrderTrackingPage.as_view(), name="track")]
