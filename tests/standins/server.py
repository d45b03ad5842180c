"""The stand-ins as one server: who answers which call, what is checked, what is spoilt."""

import threading
from collections.abc import Callable
from typing import Any

from tests.standins import contracts, control, paypal_pages, stripe_pages
from tests.standins.books import Books
from tests.standins.faults import Faults
from tests.standins.paypal_api import PayPalSide
from tests.standins.post import Post
from tests.standins.stripe_api import StripeSide
from tests.standins.wire import Problem, Request, Response, Server, answer, listen

STRIPE_SECRET = "whsec_stand_in"
WEBHOOK_ID = "4JH86294D6297924G"


class StandIns:
    """Stripe and PayPal. `with StandIns() as it:` serves them at `it.address` until the block ends."""

    def __init__(
        self,
        *,
        webhook: str = "",
        file: str = "",
        port: int = 0,
        origin: str = "",
        stripe_secret: str = STRIPE_SECRET,
        webhook_id: str = WEBHOOK_ID,
    ) -> None:
        self.books = Books(file)
        self.post = Post(self.books, url=webhook, stripe_secret=stripe_secret, webhook_id=webhook_id)
        self.stripe = StripeSide(self.books, self.post)
        self.paypal = PayPalSide(self.books, self.post)
        self.faults = Faults()
        self.calls: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.in_flight: set[str] = set()
        self.landed = threading.Condition()
        self.port = port
        self.origin = origin  # where browsers find the pages, if that is another address than the shop's
        self.server: Server | None = None

    def __enter__(self) -> "StandIns":
        self.server = listen(self.serve, port=self.port)
        return self

    def __exit__(self, *error: Any) -> None:
        assert self.server is not None
        self.faults.awake.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_port}"

    def reset(self) -> None:
        """As it was at the start, for the next test."""
        self.books.reset()
        self.faults.clear()
        self.faults.awake.clear()
        self.calls.clear()
        self.violations.clear()
        self.post.mode, self.post.kept, self.post.answers = "once", [], []

    def do(self, name: str, **told: Any) -> Any:
        """A deed of control.py, without HTTP."""
        with self.books.lock:
            done = control.DEEDS[name](self.stripe, self.paypal, told)
            self.books.save()
        return done

    def events(self, provider: str, kind: str = "") -> list[dict[str, Any]]:
        """The events that were told, the oldest first."""
        word = "type" if provider == "stripe" else "event_type"
        rows = self.books.table(f"{provider}_events").values()
        return [row for row in rows if not kind or row[word] == kind]

    def letter(self, provider: str, kind: str, *, at: float) -> tuple[bytes, dict[str, str]]:
        """The latest event of a kind, as its webhook, signed at a moment."""
        return self.post.letter(provider, self.events(provider, kind)[-1], at=at)

    def serve(self, request: Request) -> Response:
        """The answer to one call."""
        request.origin = self.origin or request.origin
        if request.path == "/favicon.ico":
            return Response(204)
        try:
            if request.path.startswith("/_control/"):
                with self.books.lock:
                    return control.serve(self, request)
            for pages, side in ((stripe_pages, self.stripe), (paypal_pages, self.paypal)):
                shown = self._locked(lambda pages=pages, side=side: pages.serve(side, request))  # type: ignore[misc]
                if shown is not None:
                    return shown
            for side in (self.stripe, self.paypal):
                done = side.serve(request, lambda work, side=side: self._spoilt(side, request, work))  # type: ignore[misc]
                if done is not None:
                    return done
        except Problem as problem:
            return problem.response
        self.violations.append(f"{request.method} {request.path} is not served here")
        return answer({"error": {"type": "invalid_request_error", "message": "Unrecognized request URL"}}, 404)

    def _spoilt(self, side: Any, request: Request, work: Callable[[], Response]) -> Response:
        """Do the work of an API call and answer, or fail as told."""
        name = f"{request.method} {request.path}"
        key = request.headers.get("idempotency-key") or request.headers.get("paypal-request-id") or ""
        self.calls.append({"call": name, "key": key, "body": request.body.decode(errors="replace")})
        found = contracts.faults("stripe" if side is self.stripe else "paypal", request)
        self.violations += [f"{name}: {fault}" for fault in found]
        flight = f"{request.path}|{key}"
        with self.books.lock:
            if key and flight in self.in_flight:
                told = {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "Still at it."}
                return answer({"error": told, "name": "RESOURCE_CONFLICT", "message": "Still at it."}, 409)
            self.in_flight.add(flight)
        try:
            fault = self.faults.take(name)
            if fault is None:
                return self._locked(work)
            return self.faults.spoil(fault, self._locked(work) if fault.after else None)
        finally:
            with self.landed:
                self.in_flight.discard(flight)
                self.landed.notify_all()

    def finish_slow_calls(self) -> None:
        """Let those that were told to be slow come to their end, and wait for it."""
        self.faults.awake.set()
        with self.landed:
            self.landed.wait_for(lambda: not self.in_flight, timeout=20)

    def _locked(self, work: Callable[[], Any]) -> Any:
        with self.books.lock:
            done = work()
            if done is not None:
                self.books.save()
            return done
