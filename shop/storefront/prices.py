"""The price list and the services: all that the shop does, from what price, and what moves a price."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms import catalogue
from cms.sites import site_for
from shop import facts
from shop.models import AddOn
from shop.storefront import price_list, screens
from shop.storefront.devices import true_until
from shop.storefront.factors import factors


def prices(request: HttpRequest) -> HttpResponse:
    """Every repair from its lowest price, family by family, and every rule in force. Six statements."""
    site, at = site_for(request), timezone.now()
    (rows, asked), rules = price_list.whole_list(site=site, at=at), facts.rules_of(site, at)
    names = {node.pk: node.name for node in catalogue.read(site).nodes.values()}
    told = _("What every repair costs from, by kind of device, and everything that can change a price.")
    context = {
        **screens.around(request, "prices", title=_("Prices"), told=told),
        "sheets": price_list.sheets(rows, asked),
        "tax_name": rows[0].tax_name if rows else "",
        "factors": factors(
            rules,
            at=at,
            subjects=names,
            repairs={row.repair_type.pk: row.repair_type.name for row in rows},
            add_ons=dict(AddOn.objects.filter(site=site).values_list("slug", "name"))
            if any(rule.add_on for rule in rules)
            else {},
            currency=rows[0].currency if rows else "",
        ),
    }
    return true_until(
        render(request, "shop/prices.html", context), [facts.next_change(rules, at), *screens.moments(request)]
    )


def services(request: HttpRequest) -> HttpResponse:
    """What we do, family by family: what is in it, how long it takes, its warranty, from what price."""
    site, at = site_for(request), timezone.now()
    rows, asked = price_list.whole_list(site=site, at=at)
    told = _("Screens, batteries, ports, boards and more: what each repair includes, how long it takes and its price.")
    context = {
        **screens.around(request, "services", title=_("Services"), told=told),
        "sheets": price_list.sheets(rows, asked),
    }
    change = facts.next_change(facts.rules_of(site, at), at)
    return true_until(render(request, "shop/services.html", context), [change, *screens.moments(request)])
