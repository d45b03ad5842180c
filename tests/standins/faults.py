"""Failing on purpose, a counted number of times, on calls whose name matches."""

import re
import threading
from dataclasses import dataclass, field

from tests.standins.wire import Response, answer

KINDS = ("409", "429", "500", "reset", "half", "garbled", "slow", "refuse")


@dataclass
class Fault:
    """`route` is a regular expression over "POST /v1/payment_intents"; `after` lets the work be done first, so that
    only the answer is lost."""

    kind: str
    route: str = ".*"
    times: int = 1
    after: bool = False
    seconds: float = 1.0


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    awake: threading.Event = field(default_factory=threading.Event)

    def add(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"{fault.kind} is none of {', '.join(KINDS)}")
        with self.lock:
            self.waiting.append(fault)

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def take(self, name: str) -> Fault | None:
        """The fault that strikes this call, used up by one."""
        with self.lock:
            for fault in self.waiting:
                if fault.times > 0 and re.fullmatch(fault.route, name):
                    fault.times -= 1
                    return fault
        return None

    def spoil(self, fault: Fault, good: Response | None) -> Response:
        """What the caller sees. `good` is the answer of work that was done."""
        if fault.kind == "slow":
            self.awake.wait(fault.seconds)
            return good or answer({}, 504)
        if fault.kind in {"reset", "half"}:
            body = good.body if good else b'{"id": "half of an answer that never comes to its end"}'
            return Response(200, body, broken=fault.kind)
        if fault.kind == "garbled":
            return Response(200, (good.body if good else b'{"id": "x"}')[:-5])
        status = {"refuse": 400}.get(fault.kind) or int(fault.kind)
        error = {"type": "api_error" if status >= 500 else "invalid_request_error", "message": "Told to fail."}
        return answer({"error": error, "name": "TOLD_TO_FAIL", "message": "Told to fail."}, status)
