"""The price list and the services: all that the shop does, from what price, and what moves a price."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import catalogue, search
from cms.catalogue import Catalogue
from cms.sites import Site, site_for
from shop import currencies, facts
from shop.models import AddOn
from shop.storefront import finding, price_list, screens
from shop.storefront import found as grouping
from shop.storefront.currency import chosen, offered
from shop.storefront.devices import page_of_ids, true_until
from shop.storefront.factors import factors

MOST_DEVICES = 6


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the price list, and the devices that it names, each with its price."""

    words: str
    found: search.Found
    hits: list[finding.Hit]

    def narrowed(self, known: Catalogue, sheets: list[price_list.Sheet]) -> list[price_list.Sheet]:
        """The sheets with what was asked for: its repairs, of its families; none where devices answer, or nothing."""
        if not self.words:
            return sheets
        repairs = {hit.repair.pk for hit in grouping.repair_hits(known, self.found)}
        families = {[*known.trail(node), node][0].pk for node in finding.nodes(known, self.found.kinds)}
        if self.hits or not (repairs or families):
            return []
        return price_list.narrowed(sheets, repairs=repairs, families=families)


def _wanted(request: HttpRequest, site: Site, known: Catalogue, at: datetime) -> Wanted:
    words = search.tidy(request.GET.get("q", ""))
    found = search.find(known, words) if words else search.Found("")
    ids = found.devices[:MOST_DEVICES] if found.first == search.DEVICES else ()
    rows = page_of_ids(ids, "1").object_list if ids else []
    look: dict[str, Any] = {"found": found, "at": at, "currency": chosen(request)}
    return Wanted(words, found, finding.hits(site=site, known=known, devices=rows, **look))


def _list(
    request: HttpRequest, *, screen: str, title: str, told: str
) -> tuple[dict[str, Any], list[price_list.Priced]]:
    """What both pages show, and every price there is."""
    site, at, known = site_for(request), timezone.now(), catalogue.read(site_for(request))
    rows, asked = price_list.whole_list(site=site, at=at, currency=chosen(request))
    wanted = _wanted(request, site, known, at)
    context = {
        **screens.around(request, screen, title=title, told=told, plainly=not wanted.words),
        "wanted": wanted,
        "sheets": wanted.narrowed(known, price_list.sheets(rows, asked)),
        "tax_name": rows[0].tax_name if rows else "",
    }
    return context, rows


def prices(request: HttpRequest) -> HttpResponse:
    """Every repair from its lowest price, family by family, and every rule in force; for `q` what fits it.

    Six statements, two more for devices that were asked for.
    """
    told = _("What every repair costs from, by kind of device, and everything that can change a price.")
    context, rows = _list(request, screen="prices", title=_("Prices"), told=told)
    site, at = site_for(request), timezone.now()
    rules, names = facts.rules_of(site, at), {node.pk: node.name for node in catalogue.read(site).nodes.values()}
    own = offered(site)[0]
    currency = chosen(request) or own
    context["factors"] = factors(
        currencies.counting(rules, own=own, currency=currency),
        at=at,
        subjects=names,
        repairs={row.repair_type.pk: row.repair_type.name for row in rows},
        add_ons=dict(AddOn.objects.filter(site=site).values_list("slug", "name"))
        if any(rule.add_on for rule in rules)
        else {},
        currency=currency,
    )
    return true_until(
        render(request, "shop/prices.html", context), [facts.next_change(rules, at), *screens.moments(request)]
    )


def services(request: HttpRequest) -> HttpResponse:
    """What we do, family by family: what is in it, how long it takes, its warranty, from what price; for `q` the same
    of what fits it."""
    told = _("Screens, batteries, ports, boards and more: what each repair includes, how long it takes and its price.")
    context, rows = _list(request, screen="services", title=_("Services"), told=told)
    site, at = site_for(request), timezone.now()
    change = facts.next_change(facts.rules_of(site, at), at)
    return true_until(render(request, "shop/services.html", context), [change, *screens.moments(request)])
