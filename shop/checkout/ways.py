"""The ways to pay as the payment step offers them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from cms.sites import Site
from shop import deposits
from shop.models import Draft, SiteShop
from shop.payments import providers
from shop.templatetags.money import money
from shop.wizard.summary import summary


@dataclass(frozen=True)
class WayToPay:
    """One way: its code, what it is called and means, what is paid when (`terms`), whether it is chosen."""

    code: str
    name: Any
    means: Any
    terms: deposits.Terms
    online: bool
    chosen: bool

    @property
    def due(self) -> Decimal:
        """What is due today, gross."""
        return self.terms.today


def offered(*, site: Site, chosen: str, context: dict[str, Any], draft: Draft | None, at: datetime) -> dict[str, Any]:
    """What the payment step shows: the `summary`, the `ways` to pay, the words of its main `button`, and the fee for a
    missed visit. Reads basket, shipping method and total of Oscar's context: the total that will be ordered.
    """
    basket, method, total = (context[name] for name in ("basket", "shipping_method", "order_total"))
    so_far = summary(basket=basket, method=method, at=at, pay_by=chosen, draft=draft, site=site)
    facts: dict[str, Any] = {"total": total.incl_tax, "currency": total.currency, "urgent": so_far.urgent}
    ways = [_way(site.shop, code, chosen, **facts) for code in providers.ways_of(site.shop)]
    later = deposits.Terms(total.incl_tax, deposits.NOTHING, total.currency)
    paying = next((way.terms for way in ways if way.online), later)
    fee = deposits.miss_fee(shop=site.shop, currency=total.currency)
    return {"summary": so_far, "ways": ways, "button": book_words(paying), "miss_fee": fee}


def _way(shop: SiteShop, code: str, chosen: str, *, total: Decimal, currency: str, urgent: bool) -> WayToPay:
    """Only what is paid online is due today, all of it or a deposit."""
    provider = providers.named(code)
    terms = deposits.asked(shop=shop, total=total, currency=currency, urgent=urgent, online=provider.online)
    return WayToPay(code, provider.words.offer, provider.words.means, terms, provider.online, code == chosen)


def book_words(paying: deposits.Terms) -> Any:
    """What the main button says, for money due today and for money due later; the page shows the one that fits.

    What is said of a deposit is short on the bar of a phone, where the total stands beside it.
    """
    words = {"sum": money(paying.today, paying.currency)}
    now: Any = _("Book and pay %(sum)s") % words if paying.total else _("Book, nothing to pay")
    if paying.percent is not None:
        long, short = _("Book and pay %(sum)s now"), _("Pay %(sum)s now")
        if paying.kept:
            long, short = _("Book, %(sum)s kept by your bank"), _("Book, %(sum)s kept")
        both = '<span class="words-wide">{}</span><span class="words-bar">{}</span>'
        now = format_html(both, long % words, short % words)
    later = _("Book, pay in the shop") if paying.total else now
    return format_html('<span data-when="now">{}</span><span data-when="later">{}</span>', now, later)
