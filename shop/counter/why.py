"""Why a price is what it is, for staff: each rule and base price as it was then, and where it is today."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import Http404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from cms.sites import shop_settings, site_for
from shop import price_snapshots, quote_terms, quotes
from shop.models import PriceRule, Quote, RepairOffer
from shop.pricing import Price, Rule


@dataclass(frozen=True)
class Step:
    """One rule of a price: as it was then, its row of today (None: deleted), and the way to edit that."""

    then: Rule
    now: PriceRule | None
    url: str | None

    @property
    def effect(self) -> str:
        """What it did, in the words of the form: Multiply by 1.2."""
        return f"{PriceRule.Effect(self.then.effect).label} {self.then.value.normalize():f}"

    @property
    def same(self) -> bool:
        """Whether it would do the same today; its conditions may be others."""
        return self.now is not None and (self.now.effect, self.now.value) == (self.then.effect, self.then.value)


@method_decorator(never_cache, name="dispatch")
class WhyPage(PermissionRequiredMixin, TemplateView):
    """Template `counter/why.html`: `quote`, `price` (worked out again from what was kept), `steps`, `bases`.

    A handful of statements for any number of rules.
    """

    permission_required = "repairs.see_bench"
    template_name = "counter/why.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        site = site_for(self.request)
        try:
            quote = quotes.find(site, self.kwargs["reference"])
        except quotes.QuoteNotFound as missing:
            raise Http404(str(missing)) from missing
        price = price_snapshots.replay(quote.snapshot) if quote.snapshot else None
        user = self.request.user
        return super().get_context_data(**kwargs) | {
            "quote": quote,
            "zone": shop_settings(site).zone,
            "tax_name": quote_terms.of(quote).tax_name,
            "price": price,
            "base_then": Decimal(quote.snapshot["catalogue"]["base_price"]) if quote.snapshot else None,
            "steps": steps_of(price, quote, user) if price else [],
            "bases": [(offer, edit_url(offer, user)) for offer in bases_of(quote)],
            "order": quote.redeemed_order,
        }


def edit_url(row: PriceRule | RepairOffer, user: Any) -> str | None:
    """Where the row is edited, for who may edit it."""
    name = row._meta.model_name
    return reverse(f"{name}:edit", args=[row.pk]) if user.has_perm(f"shop.change_{name}") else None


def steps_of(price: Price, quote: Quote, user: Any) -> list[Step]:
    """The rules that fired, in the order in which they did. One statement."""
    rows = PriceRule.objects.filter(site=quote.site_id).in_bulk([rule.number for rule in price.fired])
    found = []
    for rule in price.fired:
        now = rows.get(rule.number)
        found.append(Step(rule, now, edit_url(now, user) if now else None))
    return found


def bases_of(quote: Quote) -> list[RepairOffer]:
    """Today's base prices that may stand behind the quote, the nearest to its device first. One statement."""
    tree = tuple(quote.snapshot.get("wanted", {}).get("subject_ids", ())) if quote.snapshot else ()
    rows = RepairOffer.objects.filter(site=quote.site_id, repair_type=quote.repair_type_id, currency=quote.currency)
    fitting = [row for row in rows.select_related("subject", "repair_type") if row.subject_id in (None, *tree)]
    return sorted(fitting, key=lambda row: tree.index(row.subject_id) if row.subject_id else len(tree))
