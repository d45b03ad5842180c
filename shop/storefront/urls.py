"""Addresses of the public shop window."""

from django.urls import path

from shop.storefront import devices, visitor

urlpatterns = [
    path("devices/", devices.device_list, name="devices"),
    path("devices/<slug:slug>/", devices.device_page, name="device"),
    path("devices/<slug:slug>/<slug:repair_slug>/", devices.repair_page, name="repair"),
    path("visitor/", visitor.visitor, name="visitor"),
]
