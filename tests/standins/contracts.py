"""Checks calls against the providers' own API descriptions, where these are at hand (`shared/contracts`)."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.standins.wire import Request

FOLDER = Path(__file__).parents[3] / "shared" / "contracts"
# Calls that the trimmed descriptions leave out; https://docs.stripe.com/api/balance_transactions/list.
BESIDE = {("GET", "/v1/balance_transactions"), ("GET", "/v1/balance"), ("GET", "/v1/reporting/transactions")}
BESIDE |= {("GET", "/v1/account"), ("GET", "/v1/country_specs/GB")}  # https://docs.stripe.com/api/accounts


@cache
def description(provider: str) -> dict[str, Any] | None:
    """The description of one provider's API; None where it is not at hand."""
    file = FOLDER / f"{provider}.json"
    return json.loads(file.read_text()) if file.exists() else None


def faults(provider: str, request: Request) -> list[str]:
    """What the provider's description does not know about a call; empty when it is right or not described here."""
    book = description(provider)
    if book is None or (request.method, request.path) in BESIDE:
        return []
    found = operation(book, request.method, request.path)
    if found is None:
        return [f"{request.method} {request.path} is not in the description"]
    return [*_parameters(book, found, request), *_body(book, found, request)]


def operation(book: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    for template, operations in book["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path) and method.lower() in operations:
            return operations[method.lower()]
    return None


def example(provider: str, method: str, path: str) -> dict[str, Any]:
    """The description's own example of an answer. Only where the description is at hand."""
    book = description(provider)
    assert book is not None
    found = operation(book, method, path)
    assert found is not None
    answers = found["responses"]
    good = answers.get("200") or answers["201"]
    return json.loads(json.dumps(good["content"]["application/json"]["example"]))


def _parameters(book: dict[str, Any], found: dict[str, Any], request: Request) -> Iterator[str]:
    known = [_at(book, one) for one in found.get("parameters", [])]
    names = {one["name"] for one in known if one["in"] == "query"}
    yield from (f"query {name}" for name, _ in request.query if re.split(r"\[", name)[0] not in names)
    for one in known:
        value = request.headers.get(one["name"].lower()) if one["in"] == "header" else None
        if value is not None:
            yield from _breaks(book, one.get("schema", {}), value, one["name"])


def _body(book: dict[str, Any], found: dict[str, Any], request: Request) -> Iterator[str]:
    wanted = _at(book, found.get("requestBody", {})).get("content", {})
    if not request.body:
        return
    if "application/x-www-form-urlencoded" in wanted:
        schema = _at(book, wanted["application/x-www-form-urlencoded"].get("schema", {}))
        try:
            content = typed(book, nested(request.form), schema, "form")
        except ValueError as error:
            yield str(error)
            return
    elif "application/json" in wanted:
        schema, content = wanted["application/json"].get("schema", {}), json.loads(request.body)
        if "webhook_event" in content:
            content["webhook_event"] = {}  # their words, not ours
        yield from unknown(book, content, schema, "body")
    else:
        yield "a body where none is known"
        return
    yield from _breaks(book, schema, content, "body")


def _breaks(book: dict[str, Any], schema: dict[str, Any], content: Any, where: str) -> Iterator[str]:
    whole = {**schema, "components": book.get("components", {})}
    for error in Draft202012Validator(whole).iter_errors(content):
        yield f"{where} {'/'.join(map(str, error.path))}: {error.message}"


def nested(form: list[tuple[str, str]]) -> dict[str, Any]:
    """a[b]=1&c[0]=2 as {"a": {"b": "1"}, "c": {"0": "2"}}."""
    whole: dict[str, Any] = {}
    for name, value in form:
        steps = re.findall(r"[^\[\]]+", name)
        inner = whole
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        inner[steps[-1]] = value
    return whole


def typed(book: dict[str, Any], value: Any, schema: dict[str, Any], where: str) -> Any:
    """The text of a form in the types of its schema. Raises ValueError for what the schema does not know."""
    schema = _at(book, schema)
    if "anyOf" in schema:
        for one in schema["anyOf"]:
            try:
                return typed(book, value, one, where)
            except ValueError:
                continue
        raise ValueError(f"{where} fits none of its forms")
    kind = schema.get("type")
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        if value not in {"true", "false"}:
            raise ValueError(f"{where} is not true or false")
        return value == "true"
    if kind == "array":
        return [typed(book, one, schema.get("items", {}), where) for one in value.values()]
    if kind == "object":
        if not isinstance(value, dict):
            raise ValueError(f"{where} is not an object")
        known, more = schema.get("properties", {}), schema.get("additionalProperties")
        strangers = [name for name in value if name not in known and not isinstance(more, dict)]
        if strangers:
            raise ValueError(f"{where} does not know {', '.join(strangers)}")
        return {name: typed(book, one, known.get(name, more or {}), f"{where}.{name}") for name, one in value.items()}
    return value


def unknown(book: dict[str, Any], content: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    """Names in a JSON body that its schema does not have: the descriptions would let them pass."""
    parts = list(_parts(book, schema))
    if isinstance(content, dict):
        known = {name: one for part in parts for name, one in part.get("properties", {}).items()}
        free = any(part.get("additionalProperties") for part in parts) or not known
        for name, value in content.items():
            if name in known:
                yield from unknown(book, value, known[name], f"{where}.{name}")
            elif not free:
                yield f"{where} does not know {name}"
    elif isinstance(content, list):
        items = next((part["items"] for part in parts if "items" in part), {})
        for value in content:
            yield from unknown(book, value, items, where)


def _parts(book: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    schema = _at(book, schema)
    yield schema
    for word in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(word, []):
            yield from _parts(book, one)


def _at(book: dict[str, Any], thing: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in thing:
        found: Any = book
        for step in thing["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        thing = found
    return thing
