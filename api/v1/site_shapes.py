"""What a site says about itself around every page: who and where the shop is, its hours, its looks, its menus."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from rest_framework import serializers

from api.v1 import image_shapes
from api.v1.form_shapes import bcp47
from cms import brand
from cms.kept import kept
from cms.models import ShopSettings
from cms.paths import Paths
from cms.pictures.own import of_shop
from cms.sites import Site, shop_settings
from shop.storefront.currency import offered
from shop.storefront.window import Foot, foot

FORM = 2  # raised when the answer gets another shape: what an older release kept is not read then


class AddressShape(serializers.Serializer):
    """Where the shop is; parts that nobody filled in are empty."""

    street = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    postcode = serializers.CharField(allow_blank=True)
    country = serializers.CharField(allow_blank=True)


class Coordinates(serializers.Serializer):
    """Where it is on a map."""

    latitude = serializers.FloatField()
    longitude = serializers.FloatField()


class HoursShape(serializers.Serializer):
    """One span of a week. Monday is 0; times are the shop's own."""

    weekday = serializers.IntegerField()
    opens = serializers.CharField()
    closes = serializers.CharField()


class LinkShape(serializers.Serializer):
    """Where a word leads: a path of the site (the frontend has the same ones), or an address elsewhere."""

    text = serializers.CharField()
    href = serializers.CharField()
    external = serializers.BooleanField()


class ColumnShape(serializers.Serializer):
    """A column of the footer."""

    heading = serializers.CharField()
    links = LinkShape(many=True)


class MenusShape(serializers.Serializer):
    """What stands around every page. `pages` are those below the home page that the footer does not name."""

    main = LinkShape(many=True)
    footer = ColumnShape(many=True)
    pages = LinkShape(many=True)
    footer_line = serializers.CharField(allow_blank=True)


class SocialShape(serializers.Serializer):
    """One of the shop's pages elsewhere."""

    network = serializers.CharField()
    url = serializers.CharField()


class BrandShape(serializers.Serializer):
    """The shop's colour made into tones with enough contrast; names as the custom properties of our own pages."""

    colour = serializers.CharField()
    day = serializers.DictField(child=serializers.CharField())
    night = serializers.DictField(child=serializers.CharField())


class LanguageShape(serializers.Serializer):
    """A language in which the site has a home page."""

    locale = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()


class SiteShape(serializers.Serializer):
    """The shop."""

    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = AddressShape()
    time_zone = serializers.CharField()
    coordinates = Coordinates(allow_null=True)
    map_image = image_shapes.ImageShape(allow_null=True)
    hours = HoursShape(many=True)
    logo = image_shapes.ImageShape(allow_null=True)
    brand = BrandShape(allow_null=True, help_text="null: the frontend's own colours.")
    social = SocialShape(many=True)
    menus = MenusShape()
    locales = LanguageShape(many=True)
    currencies = serializers.ListField(
        child=serializers.CharField(), help_text="What prices may be asked in, the shop's own first."
    )
    terms = serializers.CharField(allow_null=True, help_text="Path of the terms.")
    privacy = serializers.CharField(allow_null=True, help_text="Path of the privacy notice.")


SHOWN: dict[str, Any] = {
    "name": "Mendwell London",
    "email": "hello@mendwell.example",
    "phone": "+44 20 7946 0018",
    "address": {"street": "12 Coldharbour Lane", "city": "London", "postcode": "SE5 9NR", "country": "GB"},
    "time_zone": "Europe/London",
    "coordinates": {"latitude": 51.46, "longitude": -0.11},
    "map_image": None,
    "hours": [{"weekday": 0, "opens": "09:00", "closes": "18:00"}],
    "logo": None,
    "brand": {"colour": "#1f6f5c", "day": {"brand": "#1f6f5c"}, "night": {"brand": "#6fc3ad"}},
    "social": [{"network": "instagram", "url": "https://www.instagram.com/mendwell"}],
    "menus": {
        "main": [{"text": "Prices", "href": "/prices/", "external": False}],
        "footer": [{"heading": "Shop", "links": [{"text": "About us", "href": "/about/", "external": False}]}],
        "pages": [{"text": "Warranty", "href": "/warranty/", "external": False}],
        "footer_line": "",
    },
    "locales": [{"locale": "en-GB", "name": "English", "path": "/"}],
    "currencies": ["GBP", "EUR"],
    "terms": "/terms/",
    "privacy": "/privacy/",
}


def printed(site: Site, paths: Paths, request: HttpRequest) -> dict[str, Any]:
    """The shop as JSON in the language that is spoken. No statement while nothing of it changed, else three at most."""
    absolute = request.build_absolute_uri
    known = kept(f"api-site:{FORM}:{get_language()}:{absolute('/')}", site, lambda: _read(site, paths, request))
    return known | {"currencies": offered(site)}  # of the version of prices, not of words


def _read(site: Site, paths: Paths, request: HttpRequest) -> dict[str, Any]:
    shop, around, absolute = shop_settings(site), foot(request), request.build_absolute_uri
    images = of_shop(site)
    return {
        **_words(shop),
        "map_image": image_shapes.printed(images.get(shop.map_image_id or 0), absolute),
        "hours": [
            {"weekday": day, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
            for day, opens, closes in around.spans
        ],
        "logo": image_shapes.printed(images.get(shop.logo_id or 0), absolute, alt=shop.name),
        "brand": _brand(shop.brand_colour),
        "social": [{"network": one.network, "url": one.address} for one in around.menus.social],
        "menus": _menus(around),
        "locales": [
            {"locale": bcp47(root.code), "name": _name_of(root.code), "path": f"{root.before}/"} for root in paths.roots
        ],
        **_small_print(shop, paths),
    }


def _menus(around: Foot) -> dict[str, Any]:
    """Menu, columns and pages; where nobody chose a menu, the shop's own screens, as on our own pages."""
    chosen = around.menus
    main = [_link(one.text, one.address) for one in chosen.main] or _screens()
    columns = [(column.heading, [_link(one.text, one.address) for one in column.links]) for column in chosen.columns]
    return {
        "main": main,
        "footer": [{"heading": heading, "links": links} for heading, links in columns],
        "pages": [_link(page.text, page.address) for page in around.pages],
        "footer_line": chosen.line,
    }


def _screens() -> list[dict[str, Any]]:
    screens = [
        (_("Find my device"), "devices"),
        (_("Prices"), "prices"),
        (_("Services"), "services"),
        (_("Track a repair"), "find-repair"),
    ]
    return [_link(text, reverse(name)) for text, name in screens]


def _name_of(code: str) -> str:
    return get_language_info(code)["name_local"] if code in dict(settings.LANGUAGES) else code


def _words(shop: ShopSettings) -> dict[str, Any]:
    where = None
    if shop.latitude is not None and shop.longitude is not None:
        where = {"latitude": float(shop.latitude), "longitude": float(shop.longitude)}
    return {
        "name": shop.name,
        "email": shop.email,
        "phone": shop.phone,
        "address": {"street": shop.street, "city": shop.city, "postcode": shop.postcode, "country": shop.country},
        "time_zone": shop.time_zone,
        "coordinates": where,
    }


def _brand(colour: str) -> dict[str, Any] | None:
    if not colour:
        return None
    tones = brand.tones(colour)
    return {"colour": colour, "day": tones.day, "night": tones.night}


def _link(text: str, href: str) -> dict[str, Any]:
    return {"text": text, "href": href, "external": not href.startswith(("/", "#"))}


def _small_print(shop: ShopSettings, paths: Paths) -> dict[str, str | None]:
    """Paths of terms and privacy notice."""
    known = {pk: paths.by_id.get(pk or 0) for pk in (shop.terms_page_id, shop.privacy_page_id)}
    found = {pk: paths.path(page) for pk, page in known.items() if page is not None and paths.is_public(page)}
    return {"terms": found.get(shop.terms_page_id), "privacy": found.get(shop.privacy_page_id)}
