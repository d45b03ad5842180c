"""Baskets: whose they are, which quotes lie in them, which time is kept for them."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from cms.sites import Site, shop_settings, site_for
from repairs import booking
from repairs.models import Hold
from shop import quotes
from shop.draft_links import address_of_time
from shop.models import BasketLineQuote, BasketVisit, Quote, SiteShop
from shop.products import QUOTE_OPTION

Basket = get_model("basket", "Basket")
Option = get_model("catalogue", "Option")
Applicator = get_class("offer.applicator", "Applicator")
Selector = get_class("partner.strategy", "Selector")


class BasketNotFound(Exception):
    """No basket answers to this token."""

    code = "not_found"


class BasketClosed(Exception):
    """The basket has become an order; nothing more goes into it."""

    code = "basket_closed"


class NotForSale(Exception):
    """The repair has no product in this currency yet: `products.product_for` was not called for it."""

    code = "not_offered"


class OtherCurrency(Exception):
    """The basket is in another currency than the quote."""

    code = "other_currency"


class OtherShop(Exception):
    """The basket holds something of another shop: one order is of one shop."""

    code = "other_shop"


def new_token() -> str:
    """A fresh unguessable basket token; only its hash is kept."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """How a basket token is kept: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(*, site: Site, token: str, at: datetime) -> Any:
    """Return the token's basket, open or not, ready to be priced. Raises BasketNotFound."""
    visit = (
        BasketVisit.objects.filter(site=site, token_hash=hash_token(token))
        .select_related("basket__owner", "hold", "site__shop__django_site")
        .first()
    )
    if visit is None:
        raise BasketNotFound(_("We do not know this basket."))
    basket = visit.basket
    basket.strategy = Selector().strategy(at=at)
    return basket


def open_basket(*, site: Site, request: HttpRequest | None = None, token: str | None = None, at: datetime) -> Any:
    """Return the visitor's basket: the browser's own (maybe not saved yet), or the token's, made when new.

    A token's basket that became an order is returned as it is; `add_quote` refuses it with BasketClosed.
    """
    if request is not None:
        return request.basket  # type: ignore[attr-defined]
    if token is None:
        raise ValueError("A basket belongs to a request or to a token.")
    try:
        return find(site=site, token=token, at=at)
    except BasketNotFound:
        with transaction.atomic():
            basket = Basket.objects.create()
            BasketVisit.objects.create(basket=basket, site=site, token_hash=hash_token(token))
    basket.strategy = Selector().strategy(at=at)
    return basket


def apply_offers(*, basket: Any, user: Any = None) -> Any:
    """Work out offers and vouchers on the basket's lines and return it. A guest is an AnonymousUser for Oscar."""
    if not basket.is_empty:
        Applicator().apply(basket, user or AnonymousUser(), None)
    return basket


def add_quote(*, basket: Any, quote: Quote, at: datetime) -> Any:
    """Put a quote into a basket and return its line; the same quote again returns the same line.

    Raises QuoteExpired, QuoteRedeemed, BasketClosed, NotForSale, OtherCurrency, OtherShop.
    """
    quotes.check(quote, at)
    with unsaved_again_if_it_fails(basket), transaction.atomic():
        if basket.pk is None:
            basket.save()
        else:
            lock_open(basket)
        return _line_for(basket, quote)


def lock_open(basket: Any) -> None:
    """Lock the basket's row until the transaction ends. Raises BasketClosed when it is no longer open."""
    if not Basket.objects.select_for_update().filter(pk=basket.pk, status=Basket.OPEN).exists():
        raise BasketClosed(_("This basket has become an order. Please start a new one."))


@contextmanager
def unsaved_again_if_it_fails(basket: Any) -> Iterator[None]:
    """A basket whose first save was rolled back forgets its key: SQLite will give that very key to somebody else."""
    was_new = basket.pk is None
    try:
        yield
    except BaseException:
        if was_new:
            basket.pk = None
        raise


def _line_for(basket: Any, quote: Quote) -> Any:
    lines = list(basket.lines.select_related("quote_row__quote"))
    for line in lines:
        if line.quote_row.quote_id == quote.pk:
            return line
    if any(line.quote_row.quote.site_id != quote.site_id for line in lines):
        raise OtherShop(_("Your basket is from another of our shops. Finish or empty it first."))
    if lines and lines[0].price_currency != quote.currency:
        raise OtherCurrency(_("Please order this on its own: it is priced in another currency."))
    stock = (
        get_model("partner", "StockRecord")
        .objects.filter(
            product__repair_row__repair_type=quote.repair_type_id,
            partner__shop__site=quote.site_id,
            price_currency=quote.currency,
        )
        .select_related("product")
        .annotate(option_id=Subquery(Option.objects.filter(code=QUOTE_OPTION).values("pk")[:1]))
        .first()
    )
    if stock is None:
        raise NotForSale(_("This repair cannot be ordered yet. Please call us."))
    line = basket.lines.create(
        line_reference=f"quote-{quote.reference.lower()}",
        product=stock.product,
        stockrecord=stock,
        quantity=1,
        price_currency=quote.currency,
        price_excl_tax=quote.total - quote.tax,
        price_incl_tax=quote.total,
        tax_code=quote.tax_code,
    )
    line.attributes.create(option_id=stock.option_id, value=quote.reference)
    BasketLineQuote.objects.create(line=line, quote=quote)
    basket.reset_offer_applications()
    return line


def remove_line(*, basket: Any, quote: Quote) -> None:
    """Take a quote out of a basket; nothing happens when it is not there. Raises BasketClosed."""
    with transaction.atomic():
        lock_open(basket)
        basket.lines.filter(quote_row__quote=quote).delete()
    basket.reset_offer_applications()


def swap_quote(*, basket: Any, old: Quote, new: Quote, at: datetime) -> None:
    """Put another price of the same repair in the place of the one that lies in the basket.

    Raises what `add_quote` raises; then the old one stays.
    """
    with transaction.atomic():
        lock_open(basket)
        basket.lines.filter(quote_row__quote=old).delete()
        add_quote(basket=basket, quote=new, at=at)


def visit_of(basket: Any) -> BasketVisit | None:
    """The basket's visit row with its hold, or None."""
    if basket.pk is None:
        return None
    return BasketVisit.objects.filter(basket=basket.pk).select_related("hold__site").first()


def attach_hold(*, basket: Any, hold: Hold, at: datetime) -> BasketVisit:
    """Keep a held time for the basket; one it had before is given back."""
    with transaction.atomic():
        visit = visit_of(basket)
        if visit is None:
            return BasketVisit.objects.create(basket_id=basket.pk, site_id=hold.site_id, hold=hold)
        if visit.hold is not None and visit.hold_id != hold.pk and visit.hold.state == Hold.State.HELD:
            booking.release(hold=visit.hold, at=at)
        # A browser's basket may have been to another of our shops before; the visit is where the time is.
        visit.hold, visit.site_id = hold, hold.site_id
        visit.save(update_fields=["hold", "site"])
        return visit


def is_kept(hold: Hold | None, at: datetime) -> bool:
    """Say whether the held time is still ours at the moment."""
    return hold is not None and hold.state == Hold.State.HELD and hold.expires_at is not None and at < hold.expires_at


def about_visit(*, request: HttpRequest, basket: Any, at: datetime, visit: BasketVisit | None = None) -> dict[str, Any]:
    """What basket and checkout pages show around the lines: hold or None, hold_ran_out, first_quote, zone, tax_name.

    `visit` is the basket's visit row when the caller has read it.
    """
    visit, site = visit or visit_of(basket), site_for(request)
    hold = visit.hold if visit else None
    lines = [] if basket.is_empty else list(basket.all_lines())
    return {
        "hold": hold if is_kept(hold, at) else None,
        "hold_ran_out": hold is not None and not is_kept(hold, at),
        "first_quote": lines[0].quote_row.quote if lines else None,
        "zone": shop_settings(site).zone,
        "tax_name": SiteShop.objects.filter(site=site).values_list("tax_name", flat=True).first(),
    }


def about_method(method: Any, basket: Any) -> dict[str, Any]:
    """What pages and the API show about a way to hand over: code, name, description, charge (gross), needs_address."""
    charge: Decimal = method.calculate(basket).incl_tax
    plain = getattr(method, "method", method)
    return {
        "code": method.code,
        "name": method.name,
        "description": method.description,
        "charge": charge,
        "needs_address": plain.needs_address,
    }


def service_type(basket: Any) -> str:
    """The shipping code that fits what the first quote was priced for: in-store, postal or courier."""
    lines = list(basket.all_lines())
    wanted = lines[0].quote_row.quote.answers.get("service_type", "in_store") if lines else "in_store"
    return str(wanted).replace("_", "-")


def way_out(problem: Exception, basket: Any) -> dict[str, str]:
    """What stands in the way of an order and where to go on: code, message, url, action (words for a link)."""
    code = getattr(problem, "code", "")
    lines = [] if basket.is_empty else list(basket.all_lines())
    to, words = reverse("basket:summary"), _("Look at your basket")
    if code in {"hold_expired", "no_time_chosen", "time_moves_price"} and lines:
        to, words = address_of_time(basket.pk), _("Choose a time")
    elif code in {"contact_needed", "contact_not_usable", "address_needed", "shipping_not_offered"}:
        to, words = reverse("checkout:index"), _("Change your details")
    elif code in {"price_moved", "terms_changed"}:
        to = reverse("checkout:preview")
        words = _("See the new total") if code == "price_moved" else _("Read the new terms")
    return {"code": code, "message": str(problem), "url": to, "action": words}
