"""The only birthplace of an order: one transaction under the basket's lock, then it waits for its payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from notifications import contacts, followups
from notifications.contacts import ContactNotUsable
from repairs import booking, policies
from repairs.booking import HoldExpired
from repairs.models import Appointment, Hold
from shop import baskets, order_rows, quotes
from shop.checkout.session import as_shipping_address, needs_address
from shop.models import BasketVisit, OrderVisit, Quote
from shop.quotes import QuoteExpired, QuoteRedeemed

Basket = get_model("basket", "Basket")
Country = get_model("address", "Country")
Order = get_model("order", "Order")
Voucher = get_model("voucher", "Voucher")
OrderCreator = get_class("order.utils", "OrderCreator")
OrderNumberGenerator = get_class("order.utils", "OrderNumberGenerator")
OrderTotalCalculator = get_class("checkout.calculators", "OrderTotalCalculator")
Repository = get_class("shipping.repository", "Repository")
Selector = get_class("partner.strategy", "Selector")


class BasketEmpty(Exception):
    """There is nothing in the basket to order."""

    code = "basket_empty"


class AlreadyPlaced(Exception):
    """The basket has become an order before; `order` is that one."""

    code = "already_placed"

    def __init__(self, message: str, order: Any) -> None:
        super().__init__(message)
        self.order = order


class PriceMoved(Exception):
    """The total is not the one the customer saw; `total` is the one that holds now."""

    code = "price_moved"

    def __init__(self, message: str, total: Decimal) -> None:
        super().__init__(message)
        self.total = total


class NoTimeChosen(Exception):
    """No time is held for the visit."""

    code = "no_time_chosen"


class ContactNeeded(Exception):
    """We would not know whom to tell."""

    code = "contact_needed"


class AddressNeeded(Exception):
    """The device is sent, and we do not know where to, or do not send there."""

    code = "address_needed"


class ShippingNotOffered(Exception):
    """There is no such way to hand a device over."""

    code = "shipping_not_offered"


class WayToPayNotOffered(Exception):
    """There is no such way to pay."""

    code = "way_to_pay_not_offered"


PROBLEMS = (
    BasketEmpty,
    PriceMoved,
    NoTimeChosen,
    ContactNeeded,
    AddressNeeded,
    ShippingNotOffered,
    WayToPayNotOffered,
    QuoteExpired,
    QuoteRedeemed,
    HoldExpired,
    ContactNotUsable,
    baskets.OtherShop,
)


@dataclass(frozen=True)
class Customer:
    """Who orders: at least a name and an e-mail or a telephone. `user` when logged in."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "en-gb"
    user: Any = None

    @classmethod
    def of(cls, details: Mapping[str, Any], *, user: Any, language: str) -> "Customer":
        """From the checkout's kept details (name, email, phone)."""
        return cls(details.get("name", ""), details.get("email", ""), details.get("phone", ""), language, user)


@dataclass(frozen=True)
class Bill:
    """What the locked basket comes to: the way to hand over, its charge and the order's total (Oscar prices)."""

    method: Any
    charge: Any
    total: Any


def place(
    *,
    basket: Any,
    customer: Customer,
    pay_by: str,
    shipping_code: str,
    address: Mapping[str, str] | None,
    shown_total: Decimal | None,
    at: datetime,
    token_hash: str = "",
    notes: str = "",
) -> Any:
    """Turn a basket into an order that awaits payment, with its visit and jobs, and return the order.

    All or nothing: a failure leaves basket, quotes, vouchers and held time as they were. `address` has the keys
    name, line1, line2, town, postcode, country and is needed by ways that send; `shown_total` is the gross total
    the customer agreed to (None: whatever it is). Raises AlreadyPlaced and everything in PROBLEMS.
    """
    _check_wish(customer, pay_by)
    with transaction.atomic():
        visit = _lock(basket, at)
        sold = _sold(visit, at)
        bill = _bill(visit.basket, customer, shipping_code, shown_total)
        order = _create_order(visit, customer, bill, address, at)
        order_rows.redeem(sold, order)
        _promise_visit(order, visit, customer, pay_by, token_hash, at)
        order_rows.ask_for_total(order, at)
        order_rows.open_jobs(order, at)
        if notes:
            order.notes.create(message=notes, note_type="Info", user=customer.user)
        followups.after("order.placed", order=order)
    return order


def _check_wish(customer: Customer, pay_by: str) -> None:
    if not customer.name.strip() or not (customer.email.strip() or customer.phone.strip()):
        raise ContactNeeded(_("Please tell us your name and how we can reach you."))
    if pay_by not in settings.PAYMENT_PROVIDERS:
        raise WayToPayNotOffered(_("Please choose one of the ways to pay."))


def _lock(basket: Any, at: datetime) -> BasketVisit:
    """Lock the basket's row and return its visit with a freshly read basket on it."""
    if basket.pk is None:
        raise BasketEmpty(_("Your basket is empty."))
    locked = (
        Basket.objects.select_for_update(of=("self",))
        .select_related("visit__hold", "visit__site__shop__django_site", "owner")
        .get(pk=basket.pk)
    )
    if locked.status != Basket.OPEN:
        order = Order.objects.filter(basket=locked).order_by("pk").first()
        if order is not None:
            raise AlreadyPlaced(_("This order has already been placed."), order)
        raise BasketEmpty(_("This basket is no longer open."))
    locked.strategy = Selector().strategy(at=at)
    if locked.is_empty:
        raise BasketEmpty(_("Your basket is empty."))
    visit: BasketVisit | None = getattr(locked, "visit", None)
    if visit is None or visit.hold is None:
        raise NoTimeChosen(_("Please choose a time for your visit."))
    if visit.hold.starts_at <= at:
        raise HoldExpired(_("The time you chose is no longer kept for you. Please choose again."))
    visit.basket = locked
    return visit


def _sold(visit: BasketVisit, at: datetime) -> list[Quote]:
    """The basket's quotes, each still good. Two baskets merged at a log-in may come from two shops: OtherShop."""
    sold = [line.quote_row.quote for line in visit.basket.all_lines()]
    for quote in sold:
        quotes.check(quote, at)
        if quote.site_id != visit.site_id:
            raise baskets.OtherShop(_("Your basket holds repairs of two of our shops. Take out those of one."))
    return sold


def _drop_used_vouchers(basket: Any, user: Any) -> None:
    """Lock the basket's vouchers in one order for everybody, and drop those that somebody else used up meanwhile."""
    prefetch_related_objects([basket], "vouchers__offers")
    vouchers = list(basket.vouchers.all())
    if not vouchers:
        return
    for voucher in Voucher.objects.select_for_update().filter(pk__in=[v.pk for v in vouchers]).order_by("pk"):
        if not voucher.is_active() or not voucher.is_available_to_user(user=user or AnonymousUser())[0]:
            basket.vouchers.remove(voucher)


def _bill(basket: Any, customer: Customer, shipping_code: str, shown_total: Decimal | None) -> Bill:
    """Work out offers, vouchers, charge and total under the locks. Raises ShippingNotOffered, PriceMoved."""
    _drop_used_vouchers(basket, customer.user)
    baskets.apply_offers(basket=basket, user=customer.user)
    ways = Repository().get_shipping_methods(basket=basket)
    method = next((way for way in ways if way.code == shipping_code), None)
    if method is None:
        raise ShippingNotOffered(_("Please choose how your device gets to us."))
    charge = method.calculate(basket)
    total = OrderTotalCalculator().calculate(basket, charge)
    if shown_total is not None and total.incl_tax != shown_total:
        words = {"total": total.incl_tax, "currency": total.currency}
        raise PriceMoved(_("The total has changed: it is now %(total)s %(currency)s.") % words, total.incl_tax)
    return Bill(method, charge, total)


def _shipping_address(method: Any, address: Mapping[str, str] | None) -> Any:
    if not needs_address(method):
        return None
    if not address or not all(address.get(key) for key in ("line1", "town", "postcode", "country")):
        raise AddressNeeded(_("Please tell us where to send your device."))
    row = as_shipping_address(dict(address))
    if not Country.objects.filter(pk=row.country_id, is_shipping_country=True).exists():
        raise AddressNeeded(_("We do not send to this country. Please bring your device to the shop."))
    row.save()
    return row


def _create_order(
    visit: BasketVisit, customer: Customer, bill: Bill, address: Mapping[str, str] | None, at: datetime
) -> Any:
    guest = {} if customer.user else {"guest_email": customer.email}
    order = OrderCreator().place_order(
        basket=visit.basket,
        order_number=OrderNumberGenerator().order_number(visit.basket),
        total=bill.total,
        shipping_method=bill.method,
        shipping_charge=bill.charge,
        shipping_address=_shipping_address(bill.method, address),
        user=customer.user or AnonymousUser(),
        site=visit.site.shop.django_site,
        date_placed=at,
        **guest,
    )
    visit.basket.status, visit.basket.date_submitted = Basket.SUBMITTED, at
    visit.basket.save(update_fields=["status", "date_submitted"])
    return order


def _promise_visit(
    order: Any, visit: BasketVisit, customer: Customer, pay_by: str, token_hash: str, at: datetime
) -> None:
    """Make the held time an appointment: for good when it is paid in the shop, else until the payment is late."""
    in_store = pay_by == "in_store"
    policy = policies.policy_for(site=visit.site, at=at)
    contact = contacts.find_or_create(
        site=visit.site,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        language=customer.language or get_language() or settings.LANGUAGE_CODE,
        user=customer.user,
        at=at,
    )
    hold: Hold = visit.hold  # type: ignore[assignment]
    state = Appointment.State.CONFIRMED if in_store else Appointment.State.PROVISIONAL
    OrderVisit.objects.create(
        order=order,
        site=visit.site,
        contact=contact,
        appointment=booking.confirm(hold=hold, contact=contact, at=at, state=state),
        pay_by=pay_by,
        release_at=None if in_store else at + timedelta(minutes=policy.unpaid_minutes),
        token_hash=token_hash or visit.token_hash or "",
    )
