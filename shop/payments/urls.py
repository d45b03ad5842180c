"""Addresses of money: what providers call, and the demo bank's page."""

from django.conf import settings
from django.urls import path

from shop.payments import views

urlpatterns = [path("payments/<slug:provider>/webhook/", views.webhook, name="payments-webhook")]
if settings.DEMO:
    urlpatterns += [path("demo/pay/<slug:charge_id>/", views.DemoPayPage.as_view(), name="demo-pay")]
