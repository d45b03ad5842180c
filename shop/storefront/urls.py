"""Addresses of the public shop window."""

from django.urls import path

from shop.storefront import devices, kinds, prices, suggest, visitor

urlpatterns = [
    path("find/", suggest.suggest, name="find"),
    path("devices/", devices.device_list, name="devices"),
    path("devices/<slug:slug>/", devices.device_page, name="device"),
    path("devices/<slug:slug>/<slug:repair_slug>/", devices.repair_page, name="repair"),
    path("repairs/<slug:slug>/", kinds.kind_page, name="kind"),
    path("prices/", prices.prices, name="prices"),
    path("services/", prices.services, name="services"),
    path("visitor/", visitor.visitor, name="visitor"),
]
