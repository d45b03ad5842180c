"""Who pays when, deposits and the fee for a missed visit: their part of the shop's form, and what customers read."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, Panel

from repairs import policies
from shop import deposits
from shop.models import SiteShop
from shop.payments import providers
from shop.pricing import half_up
from shop.templatetags.money import money

SAMPLE = Decimal("100.00")
BANK_DAYS = 7  # so long a bank keeps a card's promise; some keep it less


class SamplePanel(HelpPanel):
    """What customers read under these terms, with a price of 100 as the example."""

    class BoundPanel(HelpPanel.BoundPanel):
        """With the shop of the form: as it was typed, also where the form has errors."""

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Wagtail's, with the sentences."""
            shop = self.instance
            known = shop.pk is not None and not (self.form.is_bound and self.form.errors)
            told = {"sentences": sample_of(shop) if known else [], "warning": warning_of(shop) if known else ""}
            return (super().get_context_data(parent_context) or {}) | told


def panels() -> list[Panel]:
    """The panels of the shop's form about when customers pay."""
    return [
        MultiFieldPanel(
            [
                FieldPanel("payment"),
                FieldRowPanel([FieldPanel("deposit_for"), FieldPanel("deposit_percent")]),
                FieldPanel("deposit_capture"),
                FieldPanel(
                    "no_show_fee",
                    help_text=gettext_lazy(
                        "In the shop's own currency; customers are told before they book. It is kept of what was paid, "
                        "or asked for; you decide each time. Empty: nothing."
                    ),
                ),
                SamplePanel(
                    template="wagtailadmin/mendwell/money_terms.html", heading=gettext_lazy("What customers read")
                ),
            ],
            heading=gettext_lazy("Terms of paying"),
        )
    ]


def sample_of(shop: SiteShop) -> list[str]:
    """What a customer is told of a repair for 100 in the shop's currency, one sentence for each case."""
    ways = {providers.named(way).online for way in providers.ways_of(shop)}
    told = []
    if True in ways:
        told += [f"{who}: {_paid_online(shop, urgent=urgent)}" for who, urgent in _cases(shop)]
    if False in ways:
        told.append(_("Whoever pays in the shop: nothing today, all of it when they collect."))
    if shop.no_show_fee:
        fee = money(shop.no_show_fee, shop.currency)
        told.append(_("If you do not come and have not told us before, a missed visit costs %(fee)s.") % {"fee": fee})
    return told


def warning_of(shop: SiteShop) -> str:
    """Why taking deposits later may fail here; blank when it will not. One statement."""
    if shop.deposit_capture != SiteShop.Capture.LATER or shop.deposit_for == SiteShop.DepositFor.NOBODY:
        return ""
    days = policies.policy_for(site=shop.site, at=timezone.now()).horizon_days
    if days <= BANK_DAYS:
        return ""
    return _(
        "Visits may be booked %(days)s days ahead, but a bank keeps its promise for about %(bank)s. The deposit of a "
        "later visit may be gone when the device comes: take it with the booking, or let people book fewer days ahead."
    ) % {"days": days, "bank": BANK_DAYS}


def _cases(shop: SiteShop) -> list[tuple[str, bool]]:
    if shop.deposit_for == SiteShop.DepositFor.URGENT and shop.payment != SiteShop.Payment.ADVANCE:
        return [(_("An urgent repair, paid online"), True), (_("Any other repair, paid online"), False)]
    return [(_("Any repair, paid online"), True)]


def _paid_online(shop: SiteShop, *, urgent: bool) -> str:
    total = half_up(SAMPLE, shop.currency)
    terms = deposits.asked(shop=shop, total=total, currency=shop.currency, urgent=urgent, online=True)
    words = {
        "today": money(terms.today, shop.currency),
        "rest": money(terms.rest, shop.currency),
        "percent": terms.percent,
    }
    if terms.percent is None:
        return _("%(today)s today, all of it.") % words
    if terms.kept:
        return (
            _("the bank keeps %(today)s (%(percent)s %%) until the device is here, and %(rest)s at collection.") % words
        )
    return _("%(today)s today, a deposit of %(percent)s %%, and %(rest)s at collection.") % words


def faults_of(shop: SiteShop) -> dict[str, str]:
    """What of a shop's terms cannot be, in words by field."""
    faults = {}
    if shop.deposit_for != SiteShop.DepositFor.NOBODY and shop.payment == SiteShop.Payment.ADVANCE:
        faults["deposit_for"] = _("Who pays in full with the booking pays no deposit: choose nobody, or another time.")
    if shop.deposit_for != SiteShop.DepositFor.NOBODY and shop.payment == SiteShop.Payment.LATER:
        faults["deposit_for"] = _("Nobody pays online here, so nobody can pay a deposit: choose nobody.")
    if shop.no_show_fee is not None and shop.no_show_fee != half_up(shop.no_show_fee, shop.currency):
        faults["no_show_fee"] = _("This sum cannot be paid in %(currency)s: write a whole number.") % {
            "currency": shop.currency
        }
    return faults
