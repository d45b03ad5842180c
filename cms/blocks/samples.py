"""What a block shows of itself while an editor chooses one: sample words, and rows and pictures of this very shop."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Raw = dict[str, Any]
ORDER = ("parent__sort_order", "parent__name", "sort_order", "name")

TEXT = gettext_lazy(
    "<h2>We look first, then we mend</h2><p>Every device is tested before and after the repair. "
    "If we find something else, <b>we ask before we do it</b>.</p><ul><li>Parts of original quality</li>"
    "<li>A warranty in writing</li></ul>"
)


def of(name: str) -> Raw:
    """The sample value of a block, as it would stand in the database."""
    return words().get(name, {}) | _rows().get(name, dict)()


def words() -> dict[str, Raw]:
    """The sample words of each block, in the reader's language."""
    return _selling() | {
        "steps": {
            "heading": _("How it goes"),
            "text": "",
            "steps": steps(),
        },
        "trust": {"heading": "", "signals": signals()},
        "testimonials": {
            "heading": _("What customers say"),
            "text": "",
            "quotes": [
                {
                    "quote": _("They called before they did anything."),
                    "name": "Maya R.",
                    "detail": _("Laptop, battery"),
                },
                {"quote": _("Back in my hands in an hour."), "name": "Tom", "detail": _("Phone, screen")},
            ],
        },
        "before_after": {"heading": _("As it came, as it left"), "text": _("The same device, three hours apart.")},
        "questions": {"heading": _("Good to know"), "text": "", "group": None},
        "visit": {"heading": _("Come and see us"), "text": "", "show_map": True},
        "picture": {"caption": _("The bench at the window."), "wide": False},
    }


def _selling() -> dict[str, Raw]:
    return {
        "hero": {
            "heading": _("A new screen, the same day"),
            "text": _("Fixed price, parts and work, before you come."),
        },
        "finder": {"heading": _("Which device needs mending?"), "text": _("Type its name, brand or model code.")},
        "kinds": {"heading": _("What shall we mend?"), "text": ""},
        "services": {"heading": _("What it costs"), "text": _("Fixed prices with parts, work and tax.")},
        "price_table": {"heading": _("Every price"), "text": _("For a device in good condition."), "most": 6},
        "offer": {"heading": _("Cracked screen?"), "text": _("Bring it before noon and take it home today.")},
        "call": {
            "heading": _("Ready when you are"),
            "text": _("Find your device, see the price, choose a time."),
            "link": link(_("Find my device"), "/devices/"),
        },
        "form": {"heading": _("Shall we call you?"), "text": _("Leave your number; we call within a working day.")},
    }


def steps() -> list[Raw]:
    """The four steps of every repair."""
    told = [
        (_("See your price"), _("Choose device and repair. Every part of the price is explained.")),
        (_("Pick a time"), _("A place at the counter is kept for you while you decide.")),
        (_("We mend it"), _("Follow each step live and hear from us when something changes.")),
        (_("Take it home"), _("Tested, with a warranty on parts and work.")),
    ]
    return [{"title": title, "text": text} for title, text in told]


def link(text: str, address: str) -> Raw:
    """A link to an address of the shop."""
    return {"text": text, "page": None, "address": address}


def signals() -> list[Raw]:
    """The three things that every customer can count on."""
    return [
        {
            "icon": "receipt-text",
            "title": _("The price you saw"),
            "text": _("We keep it for you and ask before anything changes."),
        },
        {
            "icon": "shield-check",
            "title": _("A warranty in writing"),
            "text": _("On parts and work, beside every repair."),
        },
        {
            "icon": "lock",
            "title": _("Your data stays yours"),
            "text": _("We mend the device and look at nothing on it."),
        },
    ]


def _rows() -> dict[str, Any]:
    """For blocks that need rows of the shop: what reads them, asked only for the block that is shown."""
    return {
        "hero": lambda: {
            "image": _image(0),
            "finder": False,
            "links": [link(_("See prices"), "/prices/"), link(_("Find my device"), "/devices/")],
        },
        "picture": lambda: {"image": _image(0)},
        "before_after": lambda: {"before": _image(0), "after": _image(1)},
        "price_table": lambda: {"subject": _first("cms.Subject", ORDER, kind="category", live=True)},
        "offer": _offer,
        "questions": lambda: {"faqs": _ids("cms.FAQ", 3, live=True, subject=None)},
        "form": lambda: {"form": _first("cms.FormPage", live=True)},
    }


def _ids(model: str, most: int, order: tuple[str, ...] = (), **wanted: Any) -> list[int]:
    rows = apps.get_model(model)._default_manager.filter(**wanted)
    return list((rows.order_by(*order) if order else rows).values_list("pk", flat=True)[:most])


def _first(model: str, order: tuple[str, ...] = (), **wanted: Any) -> int | None:
    return next(iter(_ids(model, 1, order, **wanted)), None)


def _image(place: int) -> Raw:
    found = _ids("wagtailimages.Image", place + 1)
    return {"image": found[place] if len(found) > place else None, "decorative": True, "alt_text": ""}


def _offer() -> Raw:
    """The first repair of the first device, as the shop orders them."""
    devices = apps.get_model("cms.Subject")._default_manager.filter(kind="device", live=True, parent__live=True)
    device = devices.select_related("parent").order_by(*(f"parent__{name}" for name in ORDER), "sort_order").first()
    if device is None:
        return {"device": None, "repair_type": None, "image": None}
    above = [device.pk, device.parent_id, device.parent.parent_id if device.parent else None]
    return {"device": device.pk, "repair_type": _first("cms.RepairType", live=True, subject__in=above), "image": None}
