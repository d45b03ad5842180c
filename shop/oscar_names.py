"""Addresses that Oscar's dashboard links to and we do not have: each leads to the page of ours that does it."""

from typing import Any

from django.urls import include, path
from django.views.generic import RedirectView


def to(name: str) -> Any:
    """A view that sends the visitor on to one of our pages, whatever the address carried."""

    class Onward(RedirectView):
        def get_redirect_url(self, *args: Any, **kwargs: Any) -> str | None:
            return super().get_redirect_url()

    return Onward.as_view(pattern_name=name)


customer = [
    path("", to("account"), name="summary"),
    path("profile/", to("account"), name="profile-view"),
    path("orders/", to("account"), name="order-list"),
    path("login/", to("account_login"), name="login"),
    path("logout/", to("account_logout"), name="logout"),
    path("register/", to("account_signup"), name="register"),
    path("password-reset/", to("account_reset_password"), name="password-reset"),
    path("orders/<str:order_number>/", to("account"), name="order"),
    path("orders/<str:order_number>/<str:hash>/", to("account"), name="anon-order"),
    path("notifications/", to("account"), name="notifications-inbox"),
]
catalogue = [
    path("", to("devices"), name="index"),
    path("<str:product_slug>_<int:pk>/", to("devices"), name="detail"),
    path("category/<path:category_slug>_<int:pk>/", to("devices"), name="category"),
    path("ranges/<slug:slug>/", to("devices"), name="range"),
]
offer = [path("", to("devices"), name="list"), path("<slug:slug>/", to("devices"), name="detail")]
search = [path("", to("devices"), name="search")]

urlpatterns = [
    path("-/customer/", include((customer, "customer"))),
    path("-/catalogue/", include((catalogue, "catalogue"))),
    path("-/offers/", include((offer, "offer"))),
    path("-/search/", include((search, "search"))),
]
