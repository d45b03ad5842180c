"""Addresses of the customer's own pages, mounted at /account/."""

from django.urls import path

from shop.portal import account

urlpatterns = [path("", account.account, name="account")]
