"""The stand-ins' post: webhooks signed as Stripe and PayPal sign theirs, delivered in good and in bad ways."""

import hashlib
import hmac
import json
import threading
import time
import zlib
from datetime import UTC, datetime
from typing import Any

import requests

from tests.standins.books import Books

MODES = ("once", "twice", "reversed", "late", "never")
TRIES = 3


class Post:
    """`url` may hold {provider}. "reversed" and "late" wait for `release`, or for `delay` seconds."""

    def __init__(self, books: Books, *, url: str, stripe_secret: str, webhook_id: str, delay: float = 2.0) -> None:
        self.books = books
        self.url = url
        self.stripe_secret = stripe_secret
        self.webhook_id = webhook_id
        self.delay = delay
        self.mode = "once"
        self.pause = 0.5  # seconds, and more each time, before a letter that was not taken is sent again
        self.kept: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[int] = []
        self.lock = threading.Lock()

    def send(self, provider: str, event: dict[str, Any]) -> None:
        """Put an event into the books, and on its way if there is somewhere to go."""
        self.books.table(f"{provider}_events")[event["id"]] = event
        if not self.url or self.mode == "never":
            return
        if self.mode in {"reversed", "late"}:
            with self.lock:
                self.kept.append((provider, event))
            threading.Timer(self.delay, self.release).start()
            return
        times = 2 if self.mode == "twice" else 1
        threading.Thread(target=self._deliver, args=([(provider, event)] * times,), daemon=True).start()

    def deliver_again(self, provider: str, name: str) -> None:
        """Send an event once more, signed anew. Raises KeyError."""
        event = self.books.table(f"{provider}_events")[name]
        threading.Thread(target=self._deliver, args=([(provider, event)],), daemon=True).start()

    def release(self) -> None:
        """Send what was kept back, the last first where the mode says so."""
        with self.lock:
            kept, self.kept = self.kept, []
        self._deliver(kept[::-1] if self.mode == "reversed" else kept)

    def _deliver(self, letters: list[tuple[str, dict[str, Any]]]) -> None:
        for provider, event in letters:
            body, headers = self.letter(provider, event, at=time.time())
            for attempt in range(TRIES):
                time.sleep(self.pause * attempt)
                try:
                    address = self.url.replace("{provider}", provider)
                    status = requests.post(address, data=body, headers=headers, timeout=10).status_code
                except requests.RequestException:
                    status = 0
                self.answers.append(status)
                if 200 <= status < 300:
                    break

    def letter(self, provider: str, event: dict[str, Any], *, at: float) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of an event, signed at a moment."""
        return self.stripe_letter(event, at=at) if provider == "stripe" else self.paypal_letter(event, at=at)

    def stripe_letter(self, event: dict[str, Any], *, at: float) -> tuple[bytes, dict[str, str]]:
        """https://docs.stripe.com/webhooks/signature: HMAC-SHA256 over "time.body"; v0 is a test scheme to ignore."""
        body = json.dumps(event, indent=2).encode()
        return body, {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": f"t={int(at)},v1={stripe_signature(body, int(at), self.stripe_secret)},v0={'0' * 64}",
        }

    def paypal_letter(self, event: dict[str, Any], *, at: float) -> tuple[bytes, dict[str, str]]:
        """https://developer.paypal.com/api/rest/webhooks/: over id, time, webhook and CRC32 of the bytes."""
        body = json.dumps(event, separators=(",", ":")).encode()
        sent = datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        transmission = f"t-{event['id']}"
        return body, {
            "Content-Type": "application/json",
            "PayPal-Transmission-Id": transmission,
            "PayPal-Transmission-Time": sent,
            "PayPal-Transmission-Sig": paypal_signature(transmission, sent, self.webhook_id, body),
            "PayPal-Cert-Url": "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-stand-in",
            "PayPal-Auth-Algo": "SHA256withRSA",
        }


def stripe_signature(body: bytes, stamp: int, secret: str) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def paypal_signature(transmission: str, sent: str, webhook_id: str, body: bytes) -> str:
    """PayPal signs with a certificate; only PayPal checks it, so the stand-in may sign in its own way."""
    text = f"{transmission}|{sent}|{webhook_id}|{zlib.crc32(body)}"
    return "s" + hmac.new(b"stand-in", text.encode(), hashlib.sha256).hexdigest()
