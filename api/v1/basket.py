"""The basket: made by POST, read by GET, filled with quotes, discounted by vouchers. One token covers all of it."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import basket_token
from api.idempotency import once
from api.schema import ANYONE, BASKET, operation
from api.shapes import money
from api.v1 import deposit_shapes, holds
from api.v1.basket_shapes import CODE, EMPTY, QUOTE, SHOWN, BasketShape, LineAsk, NewBasket, VoucherAsk
from api.views import PrivateView
from shop import baskets, deposits, quotes, vouchers
from shop.checkout.codes import guessed_by
from shop.shipping.repository import Repository


def line(row: Any) -> dict[str, Any]:
    """A basket line as JSON; call it after the offers were worked out."""
    quote = row.quote_row.quote
    return {
        "quote": quote.reference,
        "device": quote.subject_name,
        "repair": quote.repair_name,
        "amount": money(quote.total, quote.currency),
        "amount_after_discounts": money(row.line_price_incl_tax_incl_discounts, quote.currency),
        "withdrawn": quote.is_withdrawn,
    }


def discount(row: Any, currency: str) -> dict[str, Any]:
    """A discount as Oscar's basket lists it."""
    voucher = row.get("voucher")
    return {
        "name": str(row["name"]),
        "code": voucher.code if voucher else None,
        "amount": money(row["discount"], currency),
    }


def printed(basket: Any, user: Any, at: datetime, visit: Any = None) -> dict[str, Any]:
    """A basket as JSON, offers and vouchers worked out. `visit` is its visit row when the caller read a fresher one."""
    visit = visit or basket.visit
    currency = visit.site.shop.currency
    lines = list(basket.all_lines())
    currency = lines[0].quote_row.quote.currency if lines else currency
    baskets.apply_offers(basket=basket, user=user if user and user.is_authenticated else None)
    fee = deposits.miss_fee(shop=visit.site.shop, currency=currency)
    found = [*basket.offer_discounts, *basket.voucher_discounts] if lines else []
    ways = [baskets.about_method(way, basket) for way in Repository().get_shipping_methods(basket)] if lines else []
    return {
        "status": "open" if basket.status == baskets.Basket.OPEN else "ordered",
        "lines": [line(row) for row in lines],
        "discounts": [discount(row, currency) for row in found],
        "vouchers": vouchers.codes(basket=basket),
        "hold": holds.printed(visit.hold) if baskets.is_kept(visit.hold, at) else None,
        "total": money(basket.total_incl_tax, currency),
        "shipping_methods": [
            way_to_send(
                way,
                deposits.asked(
                    shop=visit.site.shop,
                    total=basket.total_incl_tax + way["charge"],
                    currency=currency,
                    urgent=deposits.is_urgent(row.quote_row.quote for row in lines),
                    online=True,
                ),
            )
            for way in ways
        ],
        "no_show_fee": None if fee is None else money(fee, currency),
    }


def way_to_send(way: dict[str, Any], paying: deposits.Terms) -> dict[str, Any]:
    """A way to hand over as JSON, with what is paid when by who pays online."""
    return {
        "code": way["code"],
        "name": str(way["name"]),
        "charge": money(way["charge"], paying.currency),
        "total": money(paying.total, paying.currency),
        "due_today": money(paying.today, paying.currency),
        "deposit": deposit_shapes.deposit(paying),
        "needs_address": way["needs_address"],
    }


class BasketView(PrivateView):
    """The basket of a token."""

    def basket(self, at: datetime) -> Any:
        """The basket that the request's token opens. Raises ApiFault, BasketNotFound."""
        return baskets.find(site=self.site, token=basket_token(self.request), at=at)

    def whole(self, basket: Any, at: datetime, status: int = 200) -> Response:
        """The basket as an answer."""
        return Response(printed(basket, self.request.user, at), status=status)


class BasketOne(BasketView):
    """The basket."""

    @operation(
        name="basket_open",
        summary="Open a basket",
        tag="basket",
        answer=NewBasket,
        shown={
            **EMPTY,
            "shipping_methods": [],
            "token": "l8nLrS1cKq3v0bXJ2V4u6w8y0A2C4E6G8I0K2M4O6Q8",
        },
        status=201,
        role=ANYONE,
        errors=["authentication_failed", "permission_denied", "throttled"],
    )
    def post(self, request: Request) -> Response:
        """A new basket and its token. The token is told only here; we keep its hash."""
        token, at = baskets.new_token(), self.at
        basket = baskets.open_basket(site=self.site, token=token, at=at)
        visit = baskets.visit_of(basket)
        body = printed(basket, request.user, at, visit)
        return Response(
            {**body, "token": token},
            status=201,
            headers={"Location": "/api/v1/basket/"},
        )

    @operation(
        name="basket", summary="The basket", tag="basket", answer=BasketShape, shown=SHOWN, role=BASKET,
        errors=["not_found"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Lines, discounts, the time that is kept, ways to send, and the total."""
        at = self.at
        return self.whole(self.basket(at), at)


ADDING = [
    "not_found",
    "quote_expired",
    "quote_redeemed",
    "basket_closed",
    "not_offered",
    "other_currency",
]


class Lines(BasketView):
    """Adding a repair."""

    @operation(
        name="basket_add",
        summary="Put a quote into the basket",
        tag="basket",
        ask=LineAsk,
        asked={"quote": "Q-7KQ2XR4DMP"},
        answer=BasketShape,
        shown=SHOWN,
        status=201,
        role=BASKET,
        errors=ADDING,
        key="optional",
    )
    @once()
    def post(self, request: Request) -> Response:
        """The same quote again changes nothing."""
        at = self.at
        basket, asked = self.basket(at), self.asked(LineAsk)
        baskets.add_quote(basket=basket, quote=quotes.find_loose(basket.visit.site, asked["quote"]), at=at)
        return self.whole(basket, at, status=201)


class Line(BasketView):
    """Removing a repair."""

    @operation(
        name="basket_remove", summary="Take a quote out of the basket", tag="basket", path=[QUOTE], role=BASKET,
        answer=BasketShape, shown=EMPTY, errors=["basket_closed"],
    )  # fmt: skip
    def delete(self, request: Request, quote: str) -> Response:
        """The basket without that line."""
        at = self.at
        basket = self.basket(at)
        baskets.remove_line(basket=basket, quote=quotes.find(basket.visit.site, quote))
        return self.whole(self.basket(at), at)


class Vouchers(BasketView):
    """Adding a voucher."""

    @operation(
        name="voucher_add",
        summary="Use a voucher",
        tag="basket",
        ask=VoucherAsk,
        asked={"code": "WELCOME10"},
        answer=BasketShape,
        shown=SHOWN,
        status=201,
        role=BASKET,
        errors=["voucher_not_good", "basket_closed", "not_found"],
    )
    def post(self, request: Request) -> Response:
        """The basket with the voucher's discount. A quote's own price stays as it is."""
        at = self.at
        basket, asked = self.basket(at), self.asked(VoucherAsk)
        vouchers.try_code(basket=basket, code=asked["code"], user=request.user, who=guessed_by(request))
        return self.whole(basket, at, status=201)


class Voucher(BasketView):
    """Removing a voucher."""

    @operation(
        name="voucher_remove", summary="Give a voucher back", tag="basket", path=[CODE], role=BASKET,
        answer=BasketShape, shown=EMPTY, errors=["basket_closed", "voucher_not_good"],
    )  # fmt: skip
    def delete(self, request: Request, code: str) -> Response:
        """The basket without that voucher; nothing happens when it was not in use."""
        at = self.at
        basket = self.basket(at)
        vouchers.remove(basket=basket, code=code)
        return self.whole(basket, at)
