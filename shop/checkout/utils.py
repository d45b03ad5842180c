"""What the visitor told us on the way to an order, kept in the session until then."""

from typing import Any

from oscar.apps.checkout import utils


class CheckoutSessionData(utils.CheckoutSessionData):
    def set_details(self, details: dict[str, Any]) -> None:
        """Keep name, email, phone, notes and address (text only)."""
        self._set("details", "all", details)

    def details(self) -> dict[str, Any]:
        """What was kept, or an empty dict."""
        return self._get("details", "all", {})
