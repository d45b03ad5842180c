"""What is behind a tracking link, mounted at the root before the bench's own page of the same name."""

from django.urls import path

from shop.portal.tracking import OrderTrackingPage, PayByLink
from shop.portal.tracking_documents import TrackedDocument

urlpatterns = [
    path("track/<str:token>/", OrderTrackingPage.as_view(), name="track"),
    path("track/<str:token>/pay/", PayByLink.as_view(), name="track-pay"),
    path("track/<str:token>/documents/<slug:number>/", TrackedDocument.as_view(), name="track-document"),
    path(
        "track/<str:token>/documents/<slug:number>.pdf", TrackedDocument.as_view(as_pdf=True), name="track-document-pdf"
    ),
]
