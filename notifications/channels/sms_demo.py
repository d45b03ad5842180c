"""SMS that goes nowhere: the text stays in the outbox, where the demo inbox shows it."""

from collections.abc import Mapping

from notifications.channels.base import Accepted, BadSignature, Outgoing, Refused, Reported, Unavailable

REFUSING_ENDING = "0000"
BUSY_ENDING = "0001"


class DemoSMS:
    """The stand-in. It can be told to fail: always, by the option `fail`, or for numbers ending in 0000 and 0001."""

    name = "demo-sms"

    def __init__(self, fail: str = "") -> None:
        self.fail = fail

    def send(self, outgoing: Outgoing) -> Accepted:
        """Take the message. Raises Refused or Unavailable when told to."""
        if self.fail == "refused" or outgoing.to.endswith(REFUSING_ENDING):
            raise Refused("The demo network does not know this number.")
        if self.fail == "unavailable" or outgoing.to.endswith(BUSY_ENDING):
            raise Unavailable("The demo network is busy.")
        return Accepted(self.name, f"demo-{outgoing.key}")

    def read_receipts(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> list[Reported]:
        """The demo network sends no receipts, so whatever is posted is not from it."""
        raise BadSignature("The demo network sends no receipts.")
