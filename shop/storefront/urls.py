"""Addresses of the public shop window."""

from django.urls import path

from shop.storefront import devices, kinds, prices, quote_pages, results, suggest, visitor

urlpatterns = [
    path("find/", suggest.suggest, name="find"),
    path("devices/", results.device_list, name="devices"),
    path("devices/<slug:slug>/", devices.device_page, name="device"),
    path("devices/<slug:slug>/<slug:repair_slug>/", devices.repair_page, name="repair"),
    path("repairs/<slug:slug>/", kinds.kind_page, name="kind"),
    path("prices/", prices.prices, name="prices"),
    path("services/", prices.services, name="services"),
    path("quotes/<slug:reference>/", quote_pages.QuotePage.as_view(), name="quote"),
    path("quotes/<slug:reference>/print/", quote_pages.QuoteForm.as_view(), name="quote-print"),
    path("visitor/", visitor.visitor, name="visitor"),
]
