"""A page that has every block there is, with all that they refer to."""

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image as Drawing
from wagtail.images import get_image_model
from wagtail.models import Page

from cms.models import FAQ, FAQGroup, FormField, FormPage, HomePage, LandingPage
from tests.factories import Shop


def picture(name: str = "bench", width: int = 800, height: int = 600) -> Any:
    """A picture with a focal point right of the middle."""
    kept = BytesIO()
    Drawing.new("RGB", (width, height), "#1f6f5c").save(kept, "PNG")
    kept.seek(0)
    image = get_image_model()(title=name, description=f"The {name}", focal_point_x=600, focal_point_y=300)
    image.focal_point_width = image.focal_point_height = 100
    image.file = ImageFile(kept, name=f"{name}.png")
    image.save()
    return image


def home_of(shop: Shop) -> HomePage:
    """A home page at the site's root."""
    home: HomePage = Page.get_first_root_node().add_child(
        instance=HomePage(title="Mendwell", slug="mendwell-home", headline="Mended well")
    )
    shop.site.root_page = home
    shop.site.save()
    return home


def callback_form(home: HomePage) -> FormPage:
    page: FormPage = home.add_child(instance=FormPage(title="Call back", slug="call-back", button="Call me"))
    FormField.objects.create(page=page, label="Telephone", clean_name="telephone", field_type="singleline")
    return page


def image_of(image: Any, words: str = "A bench") -> dict[str, Any]:
    return {"image": image.pk, "decorative": False, "alt_text": words}


def every_block(shop: Shop, home: HomePage) -> list[dict[str, Any]]:
    """One of each, as the database keeps them."""
    one, two = picture("bench"), picture("counter")
    group = FAQGroup.objects.create(name="Booking", slug="booking", live=True, locale=home.locale)
    asked = [
        FAQ.objects.create(question=f"Question {n}?", answer=f"<p>Answer {n}.</p>", locale=home.locale, group=in_group)
        for n, in_group in enumerate((group, group, None), start=1)
    ]
    form = callback_form(home)
    link = {"text": "Find it", "page": None, "address": "/devices/"}
    said = {"quote": "Good.", "name": "Ada", "detail": "Phone"}
    head = {"text": "A line."}
    values: dict[str, Any] = {
        "hero": {
            "heading": "The promise",
            **head,
            "image": image_of(one),
            "finder": True,
            "links": [link, {"text": "Call us", "page": form.pk, "address": ""}],
        },
        "finder": {"heading": "Search", **head},
        "kinds": {"heading": "Kinds", **head},
        "services": {"heading": "Services", **head, "repair_types": [shop.battery.pk, shop.screen.pk]},
        "price_table": {"heading": "Prices", **head, "subject": shop.iphone.pk, "most": 2},
        "offer": {
            "heading": "One repair",
            **head,
            "device": shop.iphone_13.pk,
            "repair_type": shop.screen.pk,
            "image": image_of(two, "A counter"),
        },
        "call": {"heading": "Call", **head, "link": link},
        "form": {"heading": "Form", **head, "form": form.pk},
        "steps": {"heading": "Steps", **head, "steps": [{"title": "One", "text": "1"}, {"title": "Two", "text": "2"}]},
        "trust": {"heading": "Trust", "signals": [{"icon": "lock", "title": "Safe", "text": "Yes"}] * 2},
        "testimonials": {"heading": "Said", **head, "quotes": [said]},
        "before_after": {"heading": "Pair", **head, "before": image_of(one), "after": image_of(two, "Mended")},
        "questions": {"heading": "Questions", **head, "group": group.pk, "faqs": [asked[2].pk, asked[0].pk]},
        "visit": {"heading": "Visit", **head, "show_map": True},
        "text": "<h2>Words</h2><p>Some <b>text</b>.</p>",
        "picture": {"image": image_of(one, "Another bench"), "caption": "The bench", "wide": False},
    }
    return [
        {"type": name, "value": value, "id": f"00000000-0000-4000-8000-{place:012}"}
        for place, (name, value) in enumerate(values.items())
    ]


def landing(home: HomePage, blocks: list[dict[str, Any]], slug: str = "offer") -> LandingPage:
    page = LandingPage(title="Screen repair in Brixton", slug=slug, introduction="A line of introduction.")
    page.body = blocks
    made: LandingPage = home.add_child(instance=page)
    return made
