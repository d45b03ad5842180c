"""Forms as a visitor without JavaScript sees them: read them from the page, fill them in, send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    """One form of a page. `values` holds what would be sent untouched, `choices` what each field offers."""

    page: str
    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def names(self) -> set[str]:
        return {*self.values, *self.choices, *self.buttons, *self.files}

    @property
    def address(self) -> str:
        return urljoin(self.page, self.action) if self.action else self.page


class Reader(HTMLParser):
    """Collects forms (fields tied by the `form` attribute included) and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.links = page, [], []  # type: ignore[var-annotated]
        self.form: Form | None = None
        self.by_id: dict[str, Form] = {}
        self.select: str = ""
        self.area: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(urljoin(self.page, given["href"]))
        if tag == "form":
            self.form = Form(self.page, given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
            self.by_id[given.get("id", "")] = self.form
        form = self.by_id.get(given["form"]) if "form" in given else self.form
        if form is not None and "disabled" not in given:
            self.field(form, tag, given)

    def field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, kind, value = given.get("name", ""), given.get("type", "text"), given.get("value", "")
        if tag == "option" and self.select:
            form.choices.setdefault(self.select, []).append(value)
            if "selected" in given or not form.values.get(self.select):
                form.values[self.select] = [value]
        if not name:
            return
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            form.values.setdefault(name, [""])
        elif tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.setdefault(name, []).append(value)
        elif tag == "input" and kind == "file":
            form.files.add(name)
        elif tag == "input" and kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        elif tag == "input":
            form.values.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.form is not None and data.strip():
            self.form.values[self.area] = [data.removeprefix("\n")]


def read(response: Any) -> Reader:
    """The forms and links of a page. Every address is one of this site."""
    page = response.request["PATH_INFO"] + (f"?{q}" if (q := response.request.get("QUERY_STRING")) else "")
    reader = Reader(page)
    reader.feed(response.content.decode())
    return reader


def find(response: Any, *names: str) -> Form:
    """The page's form that has all these fields or buttons."""
    found = [form for form in read(response).forms if set(names) <= form.names]
    assert found, f"{response.request['PATH_INFO']} has no form with {', '.join(names)}"
    return found[0]


def send(client: Client, form: Form, **filled: Any) -> Any:
    """Send a form with some fields filled in, and follow to the page that comes."""
    values = {**form.values, **filled}
    call = client.post if form.method == "post" else client.get
    return call(form.address, values, follow=True)


def path_of(address: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
