"""When a checkout step may be opened, and what is sent where."""

from typing import Any

from django.urls import reverse
from oscar.apps.checkout import exceptions, session
from oscar.core.loading import get_model


class CheckoutSessionMixin(session.CheckoutSessionMixin):
    def check_shipping_data_is_captured(self, request: Any) -> None:
        """A way to hand over must be chosen, and an address when that way needs one."""
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
