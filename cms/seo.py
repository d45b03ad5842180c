"""What a page tells search engines and link previews: built from the very facts that the page shows.

Pure: words, addresses and amounts come in, a head and schema.org records come out.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from cms.models import FAQ, ShopSettings
from cms.pictures.renditions import Shown

Record = dict[str, Any]
CONTEXT = "https://schema.org"
LONGEST_DESCRIPTION = 160
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Inside a script element these would end it, or begin a comment; as escapes they are the same JSON.
UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True)
class Head:
    """The head of a public page. `alternates`: language code and address of each translation, the default one first.

    `image` is what link previews show, with its full address.
    """

    title: str
    description: str
    canonical: str
    records: tuple[Record, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    kind: str = "website"
    index: bool = True
    image: Shown | None = None

    @property
    def data(self) -> SafeString:
        """The records as one JSON text that may stand inside a script element."""
        known = [record for record in self.records if record]
        return script_json({"@context": CONTEXT, "@graph": known}) if known else SafeString("")


def script_json(value: Any) -> SafeString:
    """JSON that cannot leave its script element, whatever an editor wrote."""
    return mark_safe(json.dumps(value, ensure_ascii=False).translate(UNSAFE))  # noqa: S308 - made harmless above


def shorten(text: str, most: int = LONGEST_DESCRIPTION) -> str:
    """A text as one line that ends with a whole word."""
    line = " ".join(strip_tags(text).split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def business(
    *,
    shop: ShopSettings,
    url: str,
    hours: Iterable[tuple[int, time, time]] = (),
    same_as: Sequence[str] = (),
    logo: str = "",
    image: str = "",
) -> Record:
    """The shop: who, where, when. `hours`: weekday (Monday is 0), opening and closing time, in the shop's own zone.

    `same_as`: its pages elsewhere; `logo` and `image`: full addresses.
    """
    record: Record = {"@type": "LocalBusiness", "@id": f"{url}#shop", "name": shop.name, "url": url}
    told: Record = {"telephone": shop.phone, "email": shop.email, "address": _address(shop), "geo": _geo(shop)}
    told |= {"openingHoursSpecification": _opening(hours), "sameAs": list(same_as), "logo": logo, "image": image}
    return record | {name: value for name, value in told.items() if value}


def _address(shop: ShopSettings) -> Record:
    if not shop.street and not shop.city:
        return {}
    return {
        "@type": "PostalAddress",
        "streetAddress": shop.street,
        "addressLocality": shop.city,
        "postalCode": shop.postcode,
        "addressCountry": shop.country,
    }


def _geo(shop: ShopSettings) -> Record:
    if shop.latitude is None or shop.longitude is None:
        return {}
    return {"@type": "GeoCoordinates", "latitude": float(shop.latitude), "longitude": float(shop.longitude)}


def _opening(hours: Iterable[tuple[int, time, time]]) -> list[Record]:
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": DAYS[day],
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }
        for day, opens, closes in hours
    ]


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> Record:
    """The way to a page: name and full address of each step, the page itself last."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def offer(*, price: Decimal, currency: str, url: str, at_least: bool = False, maximum: Decimal | None = None) -> Record:
    """A price as it stands on the page: one figure, or the least it can be (`at_least`), or up to a maximum."""
    record: Record = {"@type": "Offer", "url": url, "availability": f"{CONTEXT}/InStock"}
    if not at_least and maximum is None:
        return record | {"price": f"{price:.2f}", "priceCurrency": currency}
    ends: Record = {"minPrice": f"{price:.2f}", "priceCurrency": currency}
    if maximum is not None:
        ends["maxPrice"] = f"{maximum:.2f}"
    return record | {"priceSpecification": {"@type": "PriceSpecification", **ends}}


def service(*, name: str, description: str, url: str, shop_url: str, kind: str = "", offers: Record) -> Record:
    """A repair that can be booked, by the shop of that address, with an `offer`, a `price_span`, or none on request."""
    record: Record = {"@type": "Service", "name": name, "url": url}
    if offers:
        record["offers"] = offers
    if kind:
        record["serviceType"] = kind
    if description:
        record["description"] = shorten(description, 300)
    return record | {"provider": {"@id": f"{shop_url}#shop"}}


def price_span(*, prices: Sequence[Decimal], currency: str) -> Record:
    """Several prices as their lowest, highest and number; nothing without any."""
    if not prices:
        return {}
    return {
        "@type": "AggregateOffer",
        "lowPrice": f"{min(prices):.2f}",
        "highPrice": f"{max(prices):.2f}",
        "offerCount": len(prices),
        "priceCurrency": currency,
    }


def questions(faqs: Iterable[FAQ]) -> Record:
    """The questions that the page shows, with their answers; nothing when it shows none."""
    items = [
        {
            "@type": "Question",
            "name": faq.question,
            "acceptedAnswer": {
                "@type": "Answer",
                "text": " ".join(strip_tags(faq.answer.replace("><", "> <")).split()),
            },
        }
        for faq in faqs
    ]
    return {"@type": "FAQPage", "mainEntity": items} if items else {}
