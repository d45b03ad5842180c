"""When a checkout step may be opened, and what is sent where."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from oscar.apps.checkout import exceptions, session
from oscar.core.loading import get_model

from shop.checkout.way import reprice, way_of


class CheckoutSessionMixin(session.CheckoutSessionMixin):
    """What both pages need before they ask: `way` (the draft and its links) and `at`, one moment for the request."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.way, self.at = way_of(request), timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def check_basket_is_not_empty(self, request: Any) -> None:
        """An empty booking has its own page, which says so."""
        if request.basket.is_empty:
            raise exceptions.FailedPreCondition(url=reverse("basket:summary"))

    def check_basket_is_valid(self, request: Any) -> None:
        """Every price must be good still; those of a draft that ran out are worked out anew, and that is said."""
        try:
            super().check_basket_is_valid(request)
        except exceptions.FailedPreCondition as failed:
            words = _("A price ran out while you were away. Look over what holds now; your answers are kept.")
            url = request.path if reprice(self.way, self.at) else failed.url
            raise exceptions.FailedPreCondition(url=url, message=words) from failed

    def check_user_email_is_captured(self, request: Any) -> None:
        """Oscar's own question, in words that fit the page it leads to."""
        try:
            super().check_user_email_is_captured(request)
        except exceptions.FailedPreCondition as failed:
            words = _("Tell us who you are first; paying comes right after.")
            raise exceptions.FailedPreCondition(url=failed.url, message=words) from failed

    def check_shipping_data_is_captured(self, request: Any) -> None:
        """A way to hand over must be chosen, and an address when that way needs one."""
        chosen = self.way.method
        if chosen and chosen != self.checkout_session.shipping_method_code(request.basket):
            self.checkout_session.use_shipping_method(chosen)
        method = self.get_shipping_method(request.basket)
        if method is None or (needs_address(method) and not self.checkout_session.details().get("address")):
            raise exceptions.FailedPreCondition(url=reverse("checkout:index"))

    def get_shipping_address(self, basket: Any) -> Any:
        """The unsaved address, or None when the device is brought to the shop."""
        address = self.checkout_session.details().get("address")
        return as_shipping_address(address) if address else None


def needs_address(method: Any) -> bool:
    """Whether this way of handing over needs an address; an offer wraps the method it discounts."""
    return getattr(method, "method", method).needs_address


def as_shipping_address(address: dict[str, str]) -> Any:
    """An unsaved Oscar address from our keys name, line1, line2, town, postcode, country (two letters)."""
    return get_model("order", "ShippingAddress")(
        last_name=address.get("name", ""),
        line1=address.get("line1", ""),
        line2=address.get("line2", ""),
        line4=address.get("town", ""),
        postcode=address.get("postcode", ""),
        country_id=address.get("country", ""),
    )
