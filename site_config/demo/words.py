"""The demo's pages and questions, out of fixtures/demo/words.json."""

import json
from typing import Any

from wagtail.models import Page, Site

from cms.locales import default_locale
from cms.models import FAQ, ContentPage, HomePage, ShopSettings, Subject
from site_config.demo.shop import PACK


def make_words(*, site: Site) -> None:
    """Put the shop's own home page in the place of Wagtail's welcome page, with its pages and questions below."""
    words = json.loads((PACK / "words.json").read_text(encoding="utf-8"))
    home = _home(site, words["home"])
    pages = {}
    for page in words["pages"]:
        child = home.add_child(instance=ContentPage(**page, locale=home.locale))
        child.save_revision().publish()
        pages[page["slug"]] = child
    for order, faq in enumerate(words["faqs"]):
        about = Subject.objects.get(slug=faq["subject"]) if faq.get("subject") else None
        row = FAQ.objects.create(**faq | {"subject": about}, sort_order=order, locale=default_locale())
        row.save_revision().publish()
    shop = ShopSettings.for_site(site)
    shop.terms_page, shop.privacy_page = pages["terms"], pages["privacy"]
    shop.save()


def _home(site: Site, fields: dict[str, Any]) -> HomePage:
    welcome, root = site.root_page, Page.get_first_root_node()
    # A site goes with its root page, so the new one must stand before the old one leaves.
    home = root.add_child(instance=HomePage(**fields, slug="mendwell", locale=default_locale()))
    home.save_revision().publish()
    site.root_page = home
    site.save()
    if type(welcome.specific) is Page:
        Page.objects.get(pk=welcome.pk).delete()
    return home
