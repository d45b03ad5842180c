"""The shop that is measured, and the seven things that a customer does in it through the API."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from cms.models import FAQ, FAQPage
from repairs import booking
from tests.factories import Shop, make_shop, subject
from tests.shop.block_pages import every_block, home_of, landing

Ask = Callable[..., tuple[int, bytes]]
AROUND = {"X_Basket_Token": "goes-around-the-cache"}
LANDING = "screens"
# Ten blocks with three pictures.
BLOCKS = ("hero", "services", "price_table", "offer", "steps", "trust", "testimonials", "questions", "text", "picture")
ANSWERS = {"condition": "poor", "urgency": "urgent", "service_type": "in_store"}
WANTED = {"device": "iphone-8", "repair_type": "screen-repair", "answers": ANSWERS}


class Unexpected(Exception):
    """The shop answered something else than the operation needs."""


def fill() -> Shop:
    """Write the small shop with 24 devices, forty seats at the counter and four pages."""
    shop = make_shop(seats=40)
    for number in range(21):
        subject("device", f"iPhone X{number}", f"iphone-x{number}", shop.iphone, brand="Apple", year=2019)
    home = home_of(shop)
    blocks = [block for block in every_block(shop, home) if block["type"] in BLOCKS]
    landing(home, blocks, slug=LANDING)
    home.add_child(instance=FAQPage(title="Help", slug="help"))
    for number in range(12):
        FAQ.objects.create(question=f"Why {number}?", answer="<p>So.</p>", locale=home.locale, live=True)
    return shop


def starts(shop: Shop) -> Iterator[str]:
    """Free starts, each as often as there are seats, so that no two operations want the same place."""
    at = timezone.now()
    first = timezone.localdate() + timedelta(days=1)
    free = booking.free_starts(site=shop.site, at=at, first_date=first, days=20)
    for start in free:
        for _ in shop.seats:
            yield start.isoformat().replace("+00:00", "Z")


def good(answer: tuple[int, bytes]) -> Any:
    """The JSON of an answer in the 200s. Raises Unexpected."""
    status, body = answer
    if not 200 <= status < 300:
        raise Unexpected(f"{status}: {body[:600].decode(errors='replace')}")
    return json.loads(body)


def key() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True)
class Operation:
    """One thing to measure. `prepare` is not counted; it gives the arguments of the one request that is.

    `budget` is statements, `aim` how many times the bare view it may cost. `published`: its statements are counted
    again right after something was published, when nothing that the house keeps in its own caches is true any more.
    """

    name: str
    request: Callable[[Any], tuple[tuple[Any, ...], dict[str, str]]]
    prepare: Callable[[Ask], Any] = lambda ask: None
    budget: int | None = None
    cached: bool = False
    aim: float | None = None
    published: bool = False

    @property
    def writes(self) -> bool:
        """Whether each run needs something of its own that was prepared for it."""
        return self.budget is not None and not self.published and "API" not in self.name

    def run(self, ask: Ask, prepared: Any) -> bytes:
        """Do it once. Raises Unexpected."""
        arguments, headers = self.request(prepared)
        status, body = ask(*arguments, **headers)
        if not 200 <= status < 300:
            raise Unexpected(f"{self.name}: {status}: {body[:600].decode(errors='replace')}")
        return body


def read(name: str, path: str, *, cached: bool = False, budget: int | None = None) -> Operation:
    """A GET, through the page cache or around it."""
    headers = {} if cached else AROUND
    return Operation(name, lambda prepared: (("GET", path), headers), budget=budget, cached=cached)


PAGES = {
    "home": ("/", "/api/v1/pages/?path=/"),
    "landing": (f"/{LANDING}/", f"/api/v1/pages/?path=/{LANDING}/"),
    "device": ("/devices/iphone-8/", "/api/v1/devices/iphone-8/"),
    "FAQ": ("/help/", "/api/v1/pages/?path=/help/"),
}
WARM, COLD = 1.0, 12.0  # times a bare view with the same bytes
MOST_STATEMENTS, MOST_WITH_BLOCKS = 12, 18


def window() -> Iterator[Operation]:
    """What people land on, as a page and as JSON: from the cache, and rendered anew."""
    for name, forms in PAGES.items():
        most = MOST_WITH_BLOCKS if name in {"home", "landing"} else MOST_STATEMENTS
        for form, path in zip(("page", "JSON"), forms, strict=True):
            yield Operation(f"{name} {form}, cached", get(path), cached=True, aim=WARM)
            yield Operation(f"{name} {form}", get(path, **AROUND), budget=most, aim=COLD, published=True)


def get(path: str, **headers: str) -> Callable[[Any], tuple[tuple[Any, ...], dict[str, str]]]:
    """A GET of this path."""
    return lambda prepared: (("GET", path), headers)


def operations(shop: Shop) -> list[Operation]:
    """Everything that is measured, in the order of a visit. Budgets are statements on PostgreSQL."""
    times = starts(shop)

    def quoted(ask: Ask) -> str:
        return str(good(ask("POST", "/api/v1/quotes/", WANTED, Idempotency_Key=key()))["reference"])

    def basket(ask: Ask) -> tuple[str, str]:
        return good(ask("POST", "/api/v1/basket/", {}))["token"], quoted(ask)

    def ready(ask: Ask) -> tuple[str, str]:
        token, quote = basket(ask)
        asked = {"starts_at": next(times), "quote": quote}
        good(ask("POST", "/api/v1/holds/", asked, X_Basket_Token=token, Idempotency_Key=key()))
        total = good(ask("GET", "/api/v1/basket/", X_Basket_Token=token))["total"]
        return token, total

    def order(prepared: tuple[str, Any]) -> tuple[tuple[Any, ...], dict[str, str]]:
        token, total = prepared
        asked = {
            "customer": {"name": "Ada Smith", "email": f"ada.{key()}@example.com", "phone": "+447911123456"},
            "pay_by": "in_store",
            "shipping_method": "in-store",
            "shown_total": total,
        }
        return ("POST", "/api/v1/orders/", asked), {"X_Basket_Token": token, "Idempotency_Key": key()}

    return [
        *window(),
        # What a request costs that reaches Django at all: middleware, the site, nothing to say.
        read("robots.txt, not cached", "/robots.txt"),
        read("device list page, cached", "/devices/", cached=True),
        read("device list page", "/devices/"),
        read("device list (API, 24)", "/api/v1/devices/?limit=24", budget=4),
        Operation("quote", lambda _: (("POST", "/api/v1/quotes/", WANTED), {}), budget=12),
        Operation(
            "basket add",
            lambda made: (("POST", "/api/v1/basket/lines/", {"quote": made[1]}), {"X_Basket_Token": made[0]}),
            basket,
            18,
        ),
        Operation("place order", order, ready, 38),
    ]
