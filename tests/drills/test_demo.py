"""The real demo: started twice on a free port, it is quick, keeps its data, sends its mail, and ends whole."""

import json
import signal
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.drills.copies import copy_tree
from tests.drills.processes import Running, environment, running, until

FIRST_START, PAGE, WORKER, ENDED, PATIENCE = 300, 10, 20, 20, 60  # seconds
pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Finding left-over processes needs /proc."),
]


class Demo:
    """One place where the demo lives: a copy of the source, a port and a database file of its own."""

    def __init__(self, folder: Path, **given: str) -> None:
        folder.mkdir(exist_ok=True)
        self.tree, self.folder = copy_tree(folder / "mendwell"), folder
        self.port, self.file = free_port(), folder / "demo.sqlite3"
        self.given = {
            "DATABASE_URL": f"sqlite:///{self.file}",
            "DEMO_PORT": str(self.port),
            "DEMO_HOST": "127.0.0.1",
        } | given

    def start(self, log: str) -> Any:
        """`manage.py demo`, as `make demo` runs it."""
        return running("demo", tree=self.tree, log=self.folder / log, given=environment(**self.given))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One request; status and JSON (or nothing, for a page)."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as client:
            given = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
            client.request(method, path, None if body is None else json.dumps(body), given)
            answer = client.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if "json" in (answer.headers["Content-Type"] or "") else None

    def answers(self) -> bool:
        """Whether the home page is there."""
        try:
            return self.ask("GET", "/")[0] == 200
        except (OSError, HTTPException):
            return False

    def order(self, email: str, pay_by: str = "in_store") -> str:
        """Book a repair by API; the order's number."""
        return str(self.booked(email, pay_by)[0])

    def booked(self, email: str, pay_by: str) -> tuple[str, dict[str, str]]:
        """Book a repair by API; the order's number, and what its owner shows."""
        token = self.ask("POST", "/api/v1/basket/", {})[1]["token"]
        wish = {"device": "iphone-8", "repair_type": "screen-repair", "answers": {}}
        quote = self.ask("POST", "/api/v1/quotes/", wish)[1]["reference"]
        start = self.ask("GET", "/api/v1/slots/?days=14")[1]["items"][-1]["starts_at"]
        mine = {"X_Basket_Token": token}
        assert self.ask("POST", "/api/v1/holds/", {"starts_at": start, "quote": quote}, **mine)[0] == 201
        customer = {"name": "Dora Drill", "email": email}
        total = self.ask("GET", "/api/v1/basket/", **mine)[1]["total"]
        wanted = {"customer": customer, "shipping_method": "in-store", "pay_by": pay_by, "shown_total": total}
        wanted["terms_version"] = self.ask("GET", "/api/v1/terms/")[1]["terms_version"]
        status, order = self.ask("POST", "/api/v1/orders/", wanted, Idempotency_Key=email, **mine)
        assert status == 201, order
        return str(order["number"]), mine

    def sent_to(self, email: str) -> bool:
        """Whether a message to this address has gone out."""
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
            rows = database.execute('SELECT status FROM notifications_message WHERE "to" = ?', [email]).fetchall()
        return ("sent",) in rows


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def ends_whole(demo: Running, by: signal.Signals) -> None:
    """A signal ends the server, and the worker with its processes, and the demo says so."""
    assert len(demo.alive()) > 3, "server, worker and the worker's own processes"
    demo.end_group(by, ENDED)
    assert demo.alive() == []
    assert "Mendwell has stopped." in demo.log.read_text()


def within(demo: Running, seconds: float, true: Callable[[], object], what: str) -> None:
    """It is true so many seconds after the start."""
    until(true, seconds - demo.age(), f"{what}\n{demo.log.read_text()}")


def test_the_demo_starts_quickly_keeps_its_data_sends_its_mail_and_ends_whole(scratch: Path) -> None:
    place = Demo(scratch)
    with place.start("first.log") as demo:
        within(demo, FIRST_START, place.answers, "the first page")
        place.order("first@example.com")
        until(lambda: place.sent_to("first@example.com"), FIRST_START, "the first message")
        ends_whole(demo, signal.SIGTERM)
    with place.start("second.log") as demo:
        within(demo, PAGE, place.answers, "a page on the second start")
        place.order("second@example.com")
        within(demo, WORKER, lambda: place.sent_to("second@example.com"), "a message on the second start")
        assert place.sent_to("first@example.com"), "data is kept"
        ends_whole(demo, signal.SIGINT)
    assert not place.answers()


def test_the_demo_on_stand_ins_takes_a_card_keeps_its_books_and_ends_whole(scratch: Path) -> None:
    place = Demo(scratch / "standins", PAYMENTS="standin", STANDINS_PORT=str(free_port()))
    dashboard = f"http://127.0.0.1:{place.given['STANDINS_PORT']}/_control/"
    with place.start("first.log") as demo:
        within(demo, FIRST_START, place.answers, "the first page")
        assert dashboard in demo.log.read_text() and "4000 0000 0000 0002" in demo.log.read_text()
        number, mine = place.booked("card@example.com", "stripe")
        asked = {"order": number, "hosted": True}
        status, payment = place.ask("POST", "/api/v1/payments/", asked, Idempotency_Key="pay", **mine)
        assert status == 201, payment
        for card, answer in (("4000000000000002", 200), ("4242424242424242", 303)):
            shown = requests.post(payment["redirect_url"], {"card": card}, allow_redirects=False, timeout=10)
            assert shown.status_code == answer
        path = f"/api/v1/orders/{number}/"
        until(lambda: place.ask("GET", path, **mine)[1]["status"] == "paid", PATIENCE, "the webhook was heard")
        until(lambda: len(demo.alive()) > 4, PATIENCE, "server, stand-ins, worker and the worker's own processes")
        ends_whole(demo, signal.SIGINT)
    with place.start("second.log") as demo:
        within(demo, FIRST_START, place.answers, "a page on the second start")
        assert payment["reference"] in requests.get(dashboard, timeout=10).text, "the books of the stand-ins are kept"
        ends_whole(demo, signal.SIGTERM)
