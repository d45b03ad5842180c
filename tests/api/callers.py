"""A client of the API as somebody outside would write one: JSON in, JSON out, tokens in headers."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

V1 = "/api/v1/"
# Budgets of statements are held on both databases.
ON_BOTH = pytest.mark.parametrize("database", ["here", pytest.param("postgres", marks=pytest.mark.postgres)])


def named(headers: dict[str, str]) -> dict[str, str]:
    return {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}


@dataclass
class Caller:
    """One caller; `token` is the basket's, once there is one."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False))
    token: str = ""

    def ask(self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str) -> Any:
        given = {"X-Basket-Token": self.token} if self.token else {}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        address = path if path.startswith("/") else V1 + path
        kind = given.pop("Content-Type", "application/json")
        return self.client.generic(method, address, data, content_type=kind, **named(given))

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        if key:
            headers["Idempotency-Key"] = key
        return self.ask("POST", path, {} if body is None else body, **headers)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)

    def open(self) -> "Caller":
        self.token = self.post("basket/").json()["token"]
        return self

    def quote(self, device: str = "iphone-8", repair: str = "screen-repair", **answers: str) -> str:
        asked = {"device": device, "repair_type": repair, "answers": answers}
        answer = self.post("quotes/", asked)
        assert answer.status_code == 201, answer.content
        return answer.json()["reference"]

    def free(self) -> list[str]:
        return [slot["starts_at"] for slot in self.get("slots/?days=14").json()["items"]]

    def fill(self, **answers: str) -> "Caller":
        """Open a basket, put a quote into it and keep the first free time."""
        self.open()
        kept = self.post("holds/", {"starts_at": self.free()[0], "quote": self.quote(**answers)})
        assert kept.status_code == 201, kept.content
        return self

    def wish(self, **more: Any) -> dict[str, Any]:
        basket = self.get("basket/").json()
        return {
            "customer": {"name": "Ada Smith", "email": "ada@example.com", "phone": "+447911123456"},
            "shipping_method": "in-store",
            "pay_by": "demo",
            "shown_total": basket["total"],
            **more,
        }

    def order(self, **more: Any) -> dict[str, Any]:
        answer = self.post("orders/", self.wish(**more), key=str(uuid4()))
        assert answer.status_code == 201, answer.content
        return answer.json()


def fault(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, checked for its shape."""
    assert answer.status_code == status, (answer.status_code, answer.content[:400])
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert {"type", "title", "status", "detail", "code", "errors"} <= set(found)
    assert (found["status"], found["code"]) == (status, code), found
    assert isinstance(found["detail"], str) and found["detail"]
    return found
