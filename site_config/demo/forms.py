"""The demo's forms, the words around the shop's screens and its footer, out of forms.json of a pack."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Page, Site

from cms.models import FAQGroup, FormField, FormPage, SiteMenus, StorefrontPage
from site_config.demo.packs import Pack


def make_forms(*, site: Site, pack: Pack) -> None:
    """Write what stands beside the pages of words.json, below the home page that is there already."""
    words = pack.read("forms.json")
    home = site.root_page
    for fields in words["forms"]:
        _form(home, fields)
    groups = {f"@group:{row.slug}": row.pk for row in FAQGroup.objects.filter(locale=home.locale)}
    for fields in words["screens"]:
        _screen(home, fields, groups)
    _menus(site, words["menus"])


def _publish(home: Page, page: Page) -> None:
    page.locale = home.locale
    home.add_child(instance=page)
    page.save_revision().publish()


def _form(home: Page, fields: Mapping[str, Any]) -> None:
    page = FormPage(**{name: value for name, value in fields.items() if name != "fields"})
    page.form_fields = [FormField(sort_order=place, **row) for place, row in enumerate(fields["fields"])]
    _publish(home, page)


def _screen(home: Page, fields: Mapping[str, Any], groups: Mapping[str, int]) -> None:
    body = json.dumps([_named(block, groups) for block in fields.get("body", ())])
    _publish(home, StorefrontPage(**{**fields, "slug": fields["screen"], "body": body}))


def _named(value: Any, names: Mapping[str, int]) -> Any:
    """The value with the names of question groups replaced by their numbers. Raises KeyError for a wrong one."""
    if isinstance(value, dict):
        return {key: _named(inner, names) for key, inner in value.items()}
    return names[value] if isinstance(value, str) and value.startswith("@") else value


def _menus(site: Site, told: Mapping[str, Any]) -> None:
    pages = dict(site.root_page.get_children().values_list("slug", "pk"))
    row = SiteMenus(site=site)
    row.main = [("link", link) for link in _links(told["main"], pages)]
    row.footer = [
        ("column", {"heading": column["heading"], "links": _links(column["links"], pages)}) for column in told["footer"]
    ]
    row.social = [("page", {"network": network, "address": address}) for network, address in told["social"]]
    row.save()


def _links(rows: Iterable[tuple[str, str]], pages: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"text": text, "page": Page.objects.get(pk=pages[where[1:]]), "address": ""}
        if where.startswith("@")
        else {"text": text, "page": None, "address": where}
        for text, where in rows
    ]
