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

    def set_typed(self, typed: dict[str, str]) -> None:
        """Keep what stands in the form's fields, right or wrong, until the details are sent."""
        self._set("details", "typed", typed)

    def typed(self) -> dict[str, str]:
        """What was typed and not sent, by field."""
        return self._get("details", "typed", {})

    def say_once(self, key: str, words: dict[str, str]) -> None:
        """Keep a sentence for the next page that asks for it."""
        self._set("said", key, words)

    def said(self, key: str) -> dict[str, str]:
        """What was to be said once, or an empty dict; then it is forgotten."""
        words = self._get("said", key, {})
        if words:
            self._unset("said", key)
        return words
