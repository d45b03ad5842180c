"""The demo's pages, questions and pictures, out of words.json of a pack.

Blocks name what they refer to: "@image:bench", "@subject:iphone-13", "@repair:…", "@faq:…", "@group:…", "@page:about";
inside rich text "@id:warranty" stands for a page's number.
"""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from cms.locales import default_locale
from cms.models import FAQ, ContentPage, FAQGroup, FAQPage, HomePage, LandingPage, RepairType, ShopSettings, Subject
from cms.templatetags.pictures import specs
from site_config.demo.packs import Pack

KINDS: dict[str, type[Page]] = {"ContentPage": ContentPage, "FAQPage": FAQPage, "LandingPage": LandingPage}
NAMED = re.compile(r"@id:([a-z0-9-]+)")
NAMESPACE = uuid.UUID("4d5cf5a4-6b0f-4d55-9d0e-0c3a1f0f5a11")
Names = dict[str, Any]


def make_words(*, site: Site, pack: Pack) -> None:
    """Put the shop's own home page in the place of Wagtail's welcome page, with its pages and questions below."""
    words = pack.read("words.json")
    images = _images(words.get("images", []), pack)
    home = _home(site, {key: value for key, value in words["home"].items() if key != "body"})
    pages = {"home": home} | {fields["slug"]: _page(home, fields) for fields in words["pages"]}
    faqs: Names = {}
    groups: dict[str, FAQGroup] = {}
    for order, told in enumerate(pack.read("faqs.json")["groups"]):
        groups[told["slug"]] = group = _group(order, {name: told[name] for name in told if name != "faqs"})
        faqs |= _faqs(told["faqs"], group)
    names: Names = {f"@page:{slug}": page.pk for slug, page in pages.items()}
    names |= {f"@image:{name}": image for name, image in images.items()}
    names |= {f"@group:{slug}": group.pk for slug, group in groups.items()} | faqs
    names |= {f"@subject:{row.slug}": row.pk for row in Subject.objects.all()}
    names |= {f"@repair:{row.slug}": row.pk for row in RepairType.objects.filter(locale=default_locale())}
    for fields in ({"slug": "home", **words["home"]}, *words["pages"]):
        _write(pages[fields["slug"]], fields.get("body"), names)
    _tell_the_shop(site, pages, images)


def _tell_the_shop(site: Site, pages: Mapping[str, Any], images: Mapping[str, Any]) -> None:
    shop = ShopSettings.for_site(site)
    shop.terms_page, shop.privacy_page = pages["terms"], pages["privacy"]
    for field, name in (("map_image", "map"), ("share_image", "shop-front")):
        if name in images:
            setattr(shop, field, get_image_model().objects.get(pk=images[name]["image"]))
    shop.save()


def _home(site: Site, fields: dict[str, Any]) -> HomePage:
    welcome, root = site.root_page, Page.get_first_root_node()
    # A site goes with its root page, so the new one must stand before the old one leaves.
    home = root.add_child(instance=HomePage(**fields, slug="mendwell", locale=default_locale()))
    site.root_page = home
    site.save()
    if type(welcome.specific) is Page:
        Page.objects.get(pk=welcome.pk).delete()
    return home


def _page(home: HomePage, fields: Mapping[str, Any]) -> Page:
    """A page without its body, so that others can lead to it."""
    plain = {key: value for key, value in fields.items() if key not in {"type", "body"}}
    return home.add_child(instance=KINDS[fields["type"]](**plain, locale=home.locale))


def _write(page: Page, body: Any, names: Names) -> None:
    """Give a page its body, with what it refers to, and publish it."""
    if isinstance(body, str):
        page.body = NAMED.sub(lambda found: str(names[f"@page:{found[1]}"]), body)
    elif body:
        page.body = json.dumps(
            [{**_named(block, names), "id": _key(page.slug, place)} for place, block in enumerate(body)]
        )
    page.save()
    page.save_revision().publish()


def _key(slug: str, place: int) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{slug} {place}"))


def _named(value: Any, names: Names) -> Any:
    """The value with every name in it replaced by what it stands for. Raises KeyError for a name that is wrong."""
    if isinstance(value, dict):
        return {key: _named(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_named(inner, names) for inner in value]
    return names[value] if isinstance(value, str) and value.startswith("@") else value


def _images(rows: list[dict[str, Any]], pack: Pack) -> dict[str, dict[str, Any]]:
    """The drawings of the pack as pictures with their focal points, by name, as an image block stores them."""
    found = {}
    for row in rows:
        image = get_image_model()(title=row["title"], description=row["alt"])
        across, down, width, height = row["focal"]
        image.focal_point_x, image.focal_point_y = across, down
        image.focal_point_width, image.focal_point_height = width, height
        with (pack.folder / "images" / row["file"]).open("rb") as file:
            image.file = ImageFile(file, name=row["file"])
            image.save()
        for shape in row["shapes"]:  # so that nobody waits for them on the first visit
            image.get_renditions(*specs(shape))
        found[row["name"]] = {"image": image.pk, "decorative": False, "alt_text": row["alt"]}
    return found


def _group(order: int, fields: Mapping[str, Any]) -> FAQGroup:
    group = FAQGroup.objects.create(**fields, sort_order=order, locale=default_locale())
    group.save_revision().publish()
    return group


def _faqs(rows: list[dict[str, Any]], group: FAQGroup) -> Names:
    """Write the questions; those with a key can be named by blocks."""
    names: Names = {}
    for order, row in enumerate(rows):
        about = Subject.objects.get(slug=row["subject"]) if row.get("subject") else None
        faq = FAQ.objects.create(
            question=row["question"],
            answer=row["answer"],
            subject=about,
            group=group,
            sort_order=order,
            locale=default_locale(),
        )
        faq.save_revision().publish()
        if row.get("key"):
            names[f"@faq:{row['key']}"] = faq.pk
    return names
