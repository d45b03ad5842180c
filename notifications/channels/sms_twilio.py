"""SMS by Twilio. The only place that knows its number format, its error codes and its signature."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator
from twilio.rest import Client

from notifications.channels.base import Accepted, BadSignature, Outgoing, Refused, Reported, Unavailable

TWILIO = "https://api.twilio.com"
LONGEST = 1600

# Source: https://www.twilio.com/docs/api/errors, in our words.
REASONS = {
    21211: "This is not a telephone number.",
    21408: "Our account may not send to this country.",
    21610: "The customer has opted out of text messages by answering STOP.",
    21612: "There is no route to this number.",
    21614: "This number cannot take text messages.",
    30003: "The phone was off or out of reach.",
    30004: "The customer or the network blocks our messages.",
    30005: "This number is not in use.",
    30006: "A landline, or a network that takes no text messages.",
    30007: "The network filtered the message as unwanted.",
    30008: "The network gave no reason.",
}
FAILED_STATUSES = {"failed", "undelivered", "canceled"}


class PointedHttpClient(TwilioHttpClient):
    """Twilio's own client, with every call sent to `base_url`, within `timeout` seconds and without hidden repeats."""

    def __init__(self, *, base_url: str, timeout: float) -> None:
        super().__init__(timeout=timeout, max_retries=0)
        self.base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send one call. Raises what requests raises."""
        if url.startswith(TWILIO):
            url = self.base_url + url.removeprefix(TWILIO)
        kwargs["timeout"] = self.timeout
        return super().request(method, url, *args, **kwargs)


class Twilio:
    """Sends from a number or a messaging service (`sender` +44... or MG...); statuses come to `status_url`."""

    name = "twilio"

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        base_url: str = TWILIO,
        timeout: float = 10.0,
        status_url: str = "",
        http_client: Any = None,
    ) -> None:
        self.sender = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self.status_url = status_url
        self.validator = RequestValidator(auth_token)
        self.client = Client(
            account_sid, auth_token, http_client=http_client or PointedHttpClient(base_url=base_url, timeout=timeout)
        )

    def send(self, outgoing: Outgoing) -> Accepted:
        """Send one text to an E.164 number. Raises Unavailable or Refused."""
        if not outgoing.to.startswith("+"):
            raise Refused(f"{outgoing.to} is not an international number.")
        extra = {"status_callback": self.status_url} if self.status_url.startswith("https://") else {}
        try:
            taken = self.client.messages.create(to=outgoing.to, body=outgoing.text[:LONGEST], **self.sender, **extra)
        except TwilioRestException as error:
            raise meaning(error) from error
        except requests.ReadTimeout as error:
            raise Unavailable(f"Twilio took the message but did not answer: {error}", maybe_sent=True) from error
        except (requests.RequestException, TwilioException) as error:
            raise Unavailable(f"Twilio could not be reached: {error}") from error
        return Accepted(self.name, taken.sid or "")

    def read_receipts(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> list[Reported]:
        """Read a status callback, once its signature fits `url` and the body. Raises BadSignature."""
        text = body.decode("utf-8", errors="replace")
        form = "json" not in headers.get("Content-Type", "")
        if not form and "bodySHA256=" not in url:
            raise BadSignature("A status in JSON must carry the hash of its body.")
        fields = {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items() if form and values}
        if not self.validator.validate(url, fields if form else text, headers.get(SIGNATURE_HEADER, "")):
            raise BadSignature("This status is not signed by Twilio.")
        sid, status = fields.get("MessageSid", ""), fields.get("MessageStatus", "")
        if not sid or not status:
            return []
        code = fields.get("ErrorCode", "")
        detail = f"{code} {REASONS.get(int(code), '')}".strip() if code.isascii() and code.isdigit() else ""
        if status in FAILED_STATUSES:
            return [Reported(f"{sid}:{status}", sid, "failed", detail or status)]
        arrived = status in {"delivered", "read"}
        return [Reported(f"{sid}:{status}", sid, "delivered" if arrived else "other", detail or status)]


def meaning(error: TwilioRestException) -> Unavailable | Refused:
    """What Twilio's answer means for us: our own limits and keys pass or get mended, the rest stays."""
    words = f"Twilio {error.code or error.status}: {REASONS.get(error.code or 0, error.msg)}"
    if error.status in {401, 403, 408, 429} or error.status >= 500:
        return Unavailable(words)
    return Refused(words)
