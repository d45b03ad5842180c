"""The only birthplace of an order: one transaction under the basket's lock, then it waits for its payment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from notifications import contacts, followups
from notifications.card_numbers import mask
from notifications.contacts import ContactNotUsable
from repairs import booking, policies
from repairs.booking import HoldExpired
from repairs.models import Appointment
from shop import baskets, bill, deposits, facts, order_rows, quotes, visit_prices
from shop.bill import Bill, PriceMoved, ShippingNotOffered
from shop.checkout.session import as_shipping_address, needs_address
from shop.models import BasketVisit, OrderVisit, Quote
from shop.payments import providers
from shop.quotes import QuoteExpired, QuoteRedeemed

Basket = get_model("basket", "Basket")
Country = get_model("address", "Country")
Order = get_model("order", "Order")
OrderCreator = get_class("order.utils", "OrderCreator")
OrderNumberGenerator = get_class("order.utils", "OrderNumberGenerator")
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


class NoTimeChosen(Exception):
    """No time is held for the visit."""

    code = "no_time_chosen"


class ContactNeeded(Exception):
    """We would not know whom to tell."""

    code = "contact_needed"


class AddressNeeded(Exception):
    """The device is sent, and we do not know where to, or do not send there."""

    code = "address_needed"


class WayToPayNotOffered(Exception):
    """There is no such way to pay."""

    code = "way_to_pay_not_offered"


class TimeMovesPrice(Exception):
    """A price depends on the time of the visit, and was given for another time than the one that is held."""

    code = "time_moves_price"


PROBLEMS = (
    BasketEmpty,
    PriceMoved,
    TimeMovesPrice,
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
    baskets.OtherCurrency,
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
class Consent:
    """What the customer agreed to with the order: the versions of the terms and of the privacy notice, and when."""

    terms_version: str = ""
    privacy_version: str = ""
    agreed_at: datetime | None = None


def place(
    *,
    basket: Any,
    customer: Customer,
    pay_by: str,
    shipping_code: str,
    address: Mapping[str, str] | None,
    shown_total: Decimal | None,
    currency: str = "",
    at: datetime,
    token_hash: str = "",
    notes: str = "",
    consent: Consent | None = None,
    walk_in: bool = False,
) -> Any:
    """Turn a basket into an order that awaits payment, with its visit and jobs, and return the order.

    All or nothing: a failure leaves basket, quotes, vouchers and held time as they were. `address` has the keys
    name, line1, line2, town, postcode, country and is needed by ways that send; `shown_total` is the gross total
    the customer agreed to in `currency` (None, blank: whatever it is). `walk_in`: the customer stands at the counter,
    so no time is needed.
    Raises AlreadyPlaced and everything in PROBLEMS.
    """
    _check_wish(customer)
    with transaction.atomic():
        visit = _lock(basket, at, walk_in=walk_in)
        _check_way(visit, pay_by, walk_in=walk_in)
        sold = _sold(visit, currency, at)
        asked = bill.work_out(
            basket=visit.basket, user=customer.user, shipping_code=shipping_code, shown_total=shown_total
        )
        order = _create_order(visit, customer, asked, address, at)
        order_rows.redeem(sold, order)
        _promise_visit(order, visit, customer, pay_by, token_hash, consent or Consent(), at)
        order_rows.ask_for_total(order, at)
        order_rows.open_jobs(order, at, has_photos=visit.has_photos)
        if notes:
            order.notes.create(message=mask(notes), note_type="Info", user=customer.user)
        followups.after("order.placed", order=order)
    return order


def _check_wish(customer: Customer) -> None:
    if not customer.name.strip() or not (customer.email.strip() or customer.phone.strip()):
        raise ContactNeeded(_("Please tell us your name and how we can reach you."))


def _check_way(visit: BasketVisit, pay_by: str, *, walk_in: bool) -> None:
    """Who stands at the counter pays as the counter takes it; everybody else by the rule of the shop."""
    offered = settings.PAYMENT_PROVIDERS if walk_in else providers.ways_of(visit.site.shop)
    if pay_by not in offered:
        raise WayToPayNotOffered(_("Please choose one of the ways to pay."))


def _lock(basket: Any, at: datetime, *, walk_in: bool) -> BasketVisit:
    """Lock the basket's row and return its visit with a freshly read basket on it."""
    if basket.pk is None:
        raise BasketEmpty(_("Your basket is empty."))
    locked = (
        Basket.objects.select_for_update(of=("self",))
        .select_related("visit__hold", "visit__site__shop__django_site", "owner")
        .annotate(visits_matter=Exists(facts.visit_rules().filter(site=OuterRef("visit__site"))))
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
    if visit is None or (visit.hold is None and not walk_in):
        raise NoTimeChosen(_("Please choose a time for your visit."))
    if visit.hold is not None and visit.hold.starts_at <= at:
        raise HoldExpired(_("The time you chose is no longer kept for you. Please choose again."))
    visit.basket = locked
    return visit


def _sold(visit: BasketVisit, currency: str, at: datetime) -> list[Quote]:
    """The basket's quotes, each still good. Two baskets merged at a log-in may be of two shops or currencies."""
    sold = [line.quote_row.quote for line in visit.basket.all_lines()]
    for quote in sold:
        quotes.check(quote, at)
        if quote.site_id != visit.site_id:
            raise baskets.OtherShop(_("Your basket holds repairs of two of our shops. Take out those of one."))
    if {quote.currency for quote in sold} != {currency or sold[0].currency}:
        raise baskets.OtherCurrency(
            _("Your basket is in another currency, or in two. One order is in one: look again.")
        )
    _check_time(visit, sold, at)
    return sold


def _check_time(visit: BasketVisit, sold: list[Quote], at: datetime) -> None:
    """A price with a rule about visits is that of the time that is held, whatever way it came into the basket."""
    starts_at = visit.hold.starts_at if visit.hold is not None else None
    if starts_at is None or not visit.basket.visits_matter:
        return
    if any(quote.visit_at != starts_at and visit_prices.moves(quote, starts_at, at) for quote in sold):
        raise TimeMovesPrice(_("The price depends on the time of your visit. Choose the time again to see it."))


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
    visit: BasketVisit, customer: Customer, asked: Bill, address: Mapping[str, str] | None, at: datetime
) -> Any:
    guest = {} if customer.user else {"guest_email": customer.email}
    order = OrderCreator().place_order(
        basket=visit.basket,
        order_number=OrderNumberGenerator().order_number(visit.basket),
        total=asked.total,
        shipping_method=asked.method,
        shipping_charge=asked.charge,
        shipping_address=_shipping_address(asked.method, address),
        user=customer.user or AnonymousUser(),
        site=visit.site.shop.django_site,
        date_placed=at,
        **guest,
    )
    visit.basket.status, visit.basket.date_submitted = Basket.SUBMITTED, at
    visit.basket.save(update_fields=["status", "date_submitted"])
    return order


def _promise_visit(
    order: Any,
    visit: BasketVisit,
    customer: Customer,
    pay_by: str,
    token_hash: str,
    consent: Consent,
    at: datetime,
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
    state = Appointment.State.CONFIRMED if in_store else Appointment.State.PROVISIONAL
    OrderVisit.objects.create(
        order=order,
        site=visit.site,
        contact=contact,
        appointment=booking.confirm(hold=visit.hold, contact=contact, at=at, state=state) if visit.hold else None,
        pay_by=pay_by,
        **deposits.terms(order=order, shop=visit.site.shop, pay_by=pay_by),
        release_at=None if in_store else at + timedelta(minutes=policy.unpaid_minutes),
        token_hash=token_hash or visit.token_hash or "",
        terms_version=consent.terms_version,
        privacy_version=consent.privacy_version,
        agreed_at=consent.agreed_at,
    )
