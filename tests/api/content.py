"""A site with pages as editors build them, for the tests of content."""

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Locale, Page

from cms.models import FAQ, ContentPage, FAQGroup, FAQPage, LandingPage
from tests.cms.editors_forms import contact_form, home_of
from tests.factories import Shop
from tests.remembered import remembered

TEXT = '<p>See <a linktype="page" id="{about}">about us</a> or <a linktype="page" id="99999">gone</a>.</p>'


def picture(name: str = "bench", width: int = 1200, height: int = 800, **more: Any) -> Any:
    """A picture in the library; `focal_point_x` and its like may be given."""
    held = BytesIO()
    Pillow.new("RGB", (width, height), "#1f6f5c").save(held, "PNG")
    held.seek(0)
    return get_image_model().objects.create(title=name, file=ImageFile(held, name=f"{name}.png"), **more)


def published(parent: Any, page: Any) -> Any:
    """The page below its parent, published."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def question(text: str, answer: str = "<p>Yes.</p>", **more: Any) -> FAQ:
    return FAQ.objects.create(question=text, answer=answer, live=True, locale=Locale.get_default(), **more)


def link(text: str, *, page: Any = None, address: str = "") -> dict[str, Any]:
    return {"text": text, "page": page.pk if page else None, "address": address}


def all_blocks(shop: Shop, *, image: Any, about: Any, form: Any, group: FAQGroup, faq: FAQ) -> list[dict[str, Any]]:
    """One block of each kind, as it is stored."""
    shown = {"image": image.pk, "alt_text": "A bench", "decorative": False}
    bare = {"image": image.pk, "alt_text": "", "decorative": True}
    words = {"heading": "Heading", "text": "Line"}
    blocks: list[tuple[str, Any]] = [
        ("hero", {**words, "image": shown, "finder": True, "links": [link("About us", page=about)]}),
        ("finder", words),
        ("kinds", words),
        ("services", {**words, "repair_types": [shop.screen.pk]}),
        ("price_table", {**words, "subject": shop.iphone.pk, "most": 2}),
        ("offer", {**words, "device": shop.iphone_13.pk, "repair_type": shop.screen.pk, "image": shown}),
        ("call", {**words, "link": link("See prices", address="/prices/")}),
        ("form", {**words, "form": form.pk}),
        ("steps", {**words, "steps": [{"title": "One", "text": "First"}, {"title": "Two", "text": "Then"}]}),
        (
            "trust",
            {"heading": "", "signals": [{"icon": "lock", "title": one, "text": ""} for one in ("Safe", "Sound")]},
        ),
        ("testimonials", {**words, "quotes": [{"quote": "Good.", "name": "Ada", "detail": ""}]}),
        ("before_after", {**words, "before": shown, "after": bare}),
        ("questions", {**words, "group": group.pk, "faqs": [faq.pk]}),
        ("visit", {**words, "show_map": True}),
        (
            "text",
            f'<p>See <a linktype="page" id="{about.pk}">about us</a> or <a linktype="page" id="99999">gone</a>.</p>',
        ),
        ("picture", {"image": shown, "caption": "Our bench", "wide": True}),
    ]
    return [{"type": name, "value": value, "id": f"block-{name}"} for name, value in blocks]


@remembered
def make_pages(shop: Shop) -> dict[str, Any]:
    """Home, about, contact, help and a landing page with every block."""
    home = home_of(shop.site)
    home.save_revision().publish()
    group = FAQGroup.objects.create(name="Paying", slug="paying", live=True, locale=Locale.get_default())
    faq = question("How long does it take?")
    question("May I pay by card?", group=group)
    about = published(
        home, ContentPage(title="About us", slug="about", introduction="Two benches.", body="<p>We mend.</p>")
    )
    form = contact_form(home)
    image = picture(focal_point_x=600, focal_point_y=200, focal_point_width=100, focal_point_height=100)
    offer = LandingPage(title="Screens", slug="screens", introduction="All screens.")
    offer.body = all_blocks(shop, image=image, about=about, form=form, group=group, faq=faq)
    return {
        "home": home,
        "about": about,
        "form": form,
        "image": image,
        "group": group,
        "faq": faq,
        "help": published(home, FAQPage(title="Help", slug="help")),
        "offer": published(home, offer),
        "root": Page.get_first_root_node(),
    }
