"""Addresses of the customer's own pages: /account/ and what is below it, and /track/ to find one repair."""

from django.urls import path

from shop.portal import devices, documents, messages, money, overview, preferences, profile, repairs
from shop.portal.finding import FindRepair

urlpatterns = [
    path("track/", FindRepair.as_view(), name="find-repair"),
    path("account/", overview.Overview.as_view(), name="account"),
    path("account/repairs/", repairs.Repairs.as_view(), name="account-repairs"),
    path("account/repairs/<str:reference>/", repairs.Repair.as_view(), name="account-repair"),
    path("account/payments/", money.Payments.as_view(), name="account-payments"),
    path("account/orders/<str:number>/receipt/", documents.ToDocument.as_view(), name="account-receipt"),
    path("account/documents/<slug:number>/", documents.MyDocument.as_view(), name="account-document"),
    path(
        "account/documents/<slug:number>.pdf",
        documents.MyDocument.as_view(as_pdf=True),
        name="account-document-pdf",
    ),
    path("account/devices/", devices.Devices.as_view(), name="account-devices"),
    path("account/messages/", messages.Messages.as_view(), name="account-messages"),
    path("account/preferences/", preferences.Preferences.as_view(), name="account-preferences"),
    path("account/profile/", profile.Profile.as_view(), name="account-profile"),
]
