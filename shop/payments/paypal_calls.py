"""Calls to PayPal's REST API: the token, our own patience, and what its errors mean.

Source: https://developer.paypal.com/api/rest/ (authentication, idempotency, responses).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from django.utils.translation import gettext as _

from notifications.breaker import Breaker
from shop.payments import declines
from shop.payments.base import Refused, Unavailable
from shop.payments.patience import LONGEST, Patience

EARLY_SECONDS = 120  # a token is renewed so long before PayPal lets it lapse


class Answer(Exception):
    """PayPal answered with something else than what was asked for; `status` 0 is no answer at all."""

    def __init__(self, status: int, content: Any = None) -> None:
        super().__init__(f"PayPal answered {status}.")
        self.status = status
        body = content if isinstance(content, dict) else {}
        details = body.get("details")
        first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
        self.issue = str(first.get("issue") or body.get("name") or body.get("error") or "")
        self.description = str(first.get("description") or body.get("message") or "")

    @property
    def passes(self) -> bool:
        """Whether asking again may help: no answer or half of one, too many calls, still busy with this key, or it is
        PayPal's own fault."""
        busy = self.status in {408, 409, 429} or self.issue == "PREVIOUS_REQUEST_IN_PROGRESS"
        return busy or self.status < 400 or self.status >= 500


@dataclass
class Calls:
    """One account at PayPal. The token is kept until shortly before it lapses, and renewed when it is not taken."""

    client_id: str
    client_secret: str = field(repr=False)
    api_base: str
    timeout: float
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    breaker: Breaker = field(default_factory=lambda: Breaker("paypal"))
    told_at: str = ""  # PayPal's clock, in its latest answer
    _token: str = field(default="", repr=False)
    _good_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def latest(self) -> float:
        """Until when several calls for one answer may take together: a person waits for it."""
        return self.clock() + LONGEST

    def find(self, path: str, *, until: float | None = None) -> dict[str, Any] | None:
        """What is at a path; None where there is nothing."""
        try:
            return self.ask("GET", path, until=until)
        except Refused as error:
            if isinstance(error.__cause__, Answer) and error.__cause__.status == 404:
                return None
            raise

    def capture(self, capture_id: str) -> dict[str, Any] | None:
        """A capture; None for an unknown one."""
        return self.find(f"/v2/payments/captures/{quote(capture_id, safe='')}") if capture_id else None

    def named_capture(self, capture_id: str) -> dict[str, Any] | None:
        """The capture that a message names; None also for a name that PayPal does not look up at all."""
        try:
            return self.capture(capture_id)
        except Refused:
            return None

    def ask(
        self, method: str, path: str, content: Any = None, *, key: str = "", until: float | None = None
    ) -> dict[str, Any]:
        """Call PayPal, again with the same key where that may help; all over by `until`, where other calls have had a
        part of the time. Raises Unavailable and Refused."""
        if until is not None and self.clock() >= until:
            raise meaning(Answer(0))
        latest = self.latest() if until is None else until

        def call() -> dict[str, Any]:
            return self.once(method, path, key=key, until=latest, json=content)

        try:
            return self._patience().ask(call, errors=Answer, again=_passes, until=until)
        except Answer as error:
            raise meaning(error) from error

    def ask_once(self, method: str, path: str, *, data: bytes) -> dict[str, Any]:
        """One call with these very bytes, also while PayPal is left alone. Raises Answer, and Unavailable."""
        return self._patience().ask_once(
            lambda: self.once(method, path, until=self.latest(), data=data), errors=Answer, again=_passes
        )

    def _patience(self) -> Patience:
        return Patience(timeout=self.timeout, sleep=self.sleep, clock=self.clock, breaker=self.breaker)

    def once(
        self, method: str, path: str, *, key: str = "", until: float | None = None, **content: Any
    ) -> dict[str, Any]:
        """One call, and one more when the token has lapsed before its time; all over by `until`. Raises Answer."""
        headers = {"Content-Type": "application/json", "Prefer": "return=representation"}
        if key:
            headers["PayPal-Request-Id"] = key
        until = self.latest() if until is None else until
        for last in (False, True):
            token = self.token(until)
            named = {**headers, "Authorization": f"Bearer {token}"}
            try:
                return self._send(method, path, until=until, headers=named, **content)
            except Answer as error:
                if error.status != 401 or last:
                    raise
                self._forget(token)
        raise AssertionError("unreachable")

    def token(self, until: float | None = None) -> str:
        """The bearer token of this account, by `until`. Raises Answer."""
        until = self.latest() if until is None else until
        # Who waits for the token that another thread asks for waits no longer than for PayPal itself.
        if not self._lock.acquire(timeout=max(until - self.clock(), 0.0)):
            raise Answer(0)
        try:
            if self.clock() >= self._good_until:
                asked_at = self.clock()
                found = self._send(
                    "POST",
                    "/v1/oauth2/token",
                    until=until,
                    headers={"Accept": "application/json"},
                    data={"grant_type": "client_credentials"},
                    auth=(self.client_id, self.client_secret),
                )
                lasts = found.get("expires_in")
                self._token = str(found.get("access_token") or "")
                self._good_until = asked_at + (lasts if isinstance(lasts, int) else 0) - EARLY_SECONDS
            return self._token
        finally:
            self._lock.release()

    def _forget(self, token: str) -> None:
        """Drop a token that was not taken, unless another thread has a newer one already."""
        with self._lock:
            if token == self._token:
                self._good_until = 0.0

    def _send(self, method: str, path: str, *, until: float, **content: Any) -> dict[str, Any]:
        timeout = max(min(self.timeout, until - self.clock()), 0.1)
        try:
            answer = requests.request(method, self.api_base + path, timeout=timeout, allow_redirects=False, **content)
            self.told_at = answer.headers.get("Date", "")
            found = answer.json() if answer.content else {}
        except requests.RequestException as error:  # a body that is no JSON is one of these
            raise Answer(0) from error
        if not 200 <= answer.status_code < 300:
            raise Answer(answer.status_code, found)
        if not isinstance(found, dict):
            raise Answer(answer.status_code)
        return found


def _passes(error: Exception) -> bool:
    return isinstance(error, Answer) and error.passes


def meaning(error: Answer) -> Unavailable | Refused:
    """What PayPal's answer means for us. Keys that are not taken may be mended, so asking again is right."""
    if error.passes or error.status in {401, 403}:
        return Unavailable(f"PayPal could not be asked: {error.status or 'no answer'} {error.issue}".strip() + ".")
    if error.issue == "CURRENCY_NOT_SUPPORTED":
        return Refused(_("PayPal does not take this currency. Choose another way to pay."))
    return Refused(declines.request_text(error.issue, error.description))
