"""Each kind of block as JSON: what editors wrote, with pictures, questions, forms and live facts filled in.

One function for each kind, in the table at the end. A block comes with its answer, as the template of our own page gets
both (shop/templatetags/blocks.py): the facts of page and API are the same objects, and no block asks the database.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from api.shapes import moment, money
from api.v1 import form_shapes, image_shapes
from cms import rich_text

Value = Mapping[str, Any]


@dataclass(frozen=True)
class Known:
    """What was read for all blocks of a page. `site` is the shop's part of the answer, printed already."""

    request: HttpRequest
    linked: Mapping[int, str]
    site: Mapping[str, Any]

    def html(self, text: str) -> str:
        """A stored rich text as HTML."""
        return rich_text.html(text, self.linked, self.request.build_absolute_uri)

    def image(self, image: Any) -> dict[str, Any] | None:
        """The picture of a block, with the words that stand there; without any when it only decorates."""
        return image_shapes.printed(
            image, self.request.build_absolute_uri, alt=getattr(image, "contextual_alt_text", None)
        )

    def link(self, value: Any) -> dict[str, Any] | None:
        """Where a button leads; None without words, or when its page is gone or not published."""
        href = value.address(self.request) if value else ""
        if not href or not value.get("text"):
            return None
        return {"text": value["text"], "href": href, "external": not href.startswith(("/", "#"))}


def line(one: Any) -> dict[str, Any]:
    """A repair with its lowest price."""
    return {
        "slug": one.slug,
        "name": one.name,
        "summary": one.summary,
        "minutes": one.minutes,
        "warranty_days": one.warranty_days,
        "from_price": money(one.price, one.currency),
        "path": one.url,
    }


def offered(one: Any) -> dict[str, Any]:
    """A repair of a device with its price, and when it could be brought."""
    return {
        "device": {"slug": one.device_slug, "name": one.device_name},
        "repair_type": {"slug": one.repair_slug, "name": one.repair_name},
        "summary": one.summary,
        "price": money(one.price, one.currency),
        "minutes": one.minutes,
        "warranty_days": one.warranty_days,
        "next_free": moment(one.next_free),
        "path": one.url,
        "book_path": one.book_url,
    }


def question(faq: Any, known: Known) -> dict[str, Any]:
    """A question with its answer as HTML."""
    return {"question": faq.question, "answer": known.html(faq.answer)}


def head(value: Value) -> dict[str, Any]:
    """What nearly every block begins with."""
    return {"heading": value.get("heading") or "", "text": value.get("text") or ""}


def headed(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return head(value)


def hero(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {
        **head(value),
        "image": known.image(value.get("image")),
        "finder": bool(value.get("finder")),
        "links": [found for one in value.get("links") or () if (found := known.link(one))],
    }


def kinds(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    items = [
        {
            "slug": node.slug,
            "name": node.name,
            "icon": node.icon,
            "device_count": node.number,
            "path": reverse("kind", args=[node.slug]),
        }
        for node in answer or ()
    ]
    return {**head(value), "items": items}


def priced(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "items": [line(one) for one in answer or ()]}


def offer(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "image": known.image(value.get("image")), "offer": offered(answer) if answer else None}


def steps(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "items": parts(value.get("steps"), "title", "text")}


def trust(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {"heading": value.get("heading") or "", "items": parts(value.get("signals"), "icon", "title", "text")}


def testimonials(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "items": parts(value.get("quotes"), "quote", "name", "detail")}


def parts(rows: Iterable[Value] | None, *names: str) -> list[dict[str, str]]:
    """The rows of a list block with these members as text."""
    return [{name: str(one.get(name) or "") for name in names} for one in rows or ()]


def questions(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "items": [question(faq, known) for faq in answer or ()]}


def visit(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    names = ("name", "email", "phone", "address", "coordinates", "hours")
    here = {name: known.site[name] for name in names}
    return {**head(value), **here, "map_image": known.site["map_image"] if value.get("show_map") else None}


def before_after(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "before": known.image(value.get("before")), "after": known.image(value.get("after"))}


def call(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "link": known.link(value.get("link"))}


def form(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    return {**head(value), "form": form_shapes.printed(answer) if answer else None}


def text(value: Any, answer: Any, known: Known) -> dict[str, Any]:
    return {"html": known.html(value.source)}


def picture(value: Value, answer: Any, known: Known) -> dict[str, Any]:
    words = {"caption": value.get("caption") or "", "wide": bool(value.get("wide"))}
    return {"image": known.image(value.get("image")), **words}


SHAPES: dict[str, Callable[[Any, Any, Known], dict[str, Any]]] = {
    "before_after": before_after,
    "call": call,
    "finder": headed,
    "form": form,
    "hero": hero,
    "kinds": kinds,
    "offer": offer,
    "picture": picture,
    "price_table": priced,
    "questions": questions,
    "services": priced,
    "steps": steps,
    "testimonials": testimonials,
    "text": text,
    "trust": trust,
    "visit": visit,
}


def body(blocks: Iterable[tuple[Any, Any]], known: Known) -> Iterator[dict[str, Any]]:
    """Blocks with their answers as JSON; a kind that has no shape here is left out."""
    for block, answer in blocks:
        shape = SHAPES.get(block.block_type)
        if shape is not None:
            value = shape(block.value, answer, known)
            yield {"type": block.block_type, "id": str(block.id or ""), "value": value}


def texts(blocks: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Every rich text in these blocks as it is stored, to look up what it links to."""
    for block, answer in blocks:
        if block.block_type == "text":
            yield block.value.source
        elif block.block_type == "questions":
            yield from (faq.answer for faq in answer or ())
