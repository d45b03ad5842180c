"""GET me/repairs and me/orders: what belongs to the customer who is logged in."""

from typing import Any

from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import CUSTOMER, operation
from api.shapes import Money, moment, money
from api.v1 import deposit_shapes
from api.v1.deposit_shapes import BalanceShape, GivenBackShape
from api.v1.order_shapes import OrderRepair
from api.v1.orders import repair
from api.v1.quotes import gbp
from api.views import PrivateView
from repairs.models import Job
from shop import given_back
from shop.given_back import Back
from shop.models import OrderVisit
from shop.owners import owned_by
from shop.payments.balance import Balance, balances


class PageAsk(serializers.Serializer):
    """Which part of a list."""

    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class MyRepair(OrderRepair):
    """A repair of mine."""

    status_label = serializers.CharField()
    booked_at = serializers.DateTimeField()


class MyRepairs(serializers.Serializer):
    """A page of repairs, newest first."""

    items = MyRepair(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class MyOrder(serializers.Serializer):
    """An order of mine, in short."""

    number = serializers.CharField()
    status = serializers.CharField()
    placed_at = serializers.DateTimeField()
    total = Money()
    balance = BalanceShape()
    refunds = GivenBackShape(many=True, help_text="Oldest first.")


class MyOrders(serializers.Serializer):
    """A page of orders, newest first."""

    items = MyOrder(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


SHOWN_REPAIR = {
    "reference": "J-4K7Q-9XRD",
    "device": "iPhone 8",
    "status": "booked",
    "status_label": "Booked",
    "booked_at": "2026-11-21T12:05:00Z",
    "tracking_token": "eyJqIjoiSi00SzdRIn0:1vMXxy:abc",
    "tracking_url": "https://shop.example.com/track/eyJqIjoiSi00SzdRIn0:1vMXxy:abc/",
}
SHOWN_ORDER = {
    "number": "M-7KQ2XR4D",
    "status": "paid",
    "placed_at": "2026-11-21T12:05:00Z",
    "total": gbp("467.98"),
    "balance": {"due": gbp("467.98"), "paid": gbp("467.98"), "refunded": gbp("0.00"), "open": gbp("0.00")},
    "refunds": [],
}


class Mine(PrivateView):
    """For the customer who is logged in, on the site asked."""

    permission_classes = (IsAuthenticated,)

    def page(self, rows: Any, write: Any) -> Response:
        """A page of the rows, which `write` writes all at once."""
        asked = self.asked(PageAsk)
        limit, offset = asked["limit"], asked["offset"]
        items = write(list(rows[offset : offset + limit]))
        return Response({"items": items, "total": rows.count(), "limit": limit, "offset": offset})


def my_repairs(jobs: list[Job]) -> list[dict[str, Any]]:
    """Jobs as their customer lists them."""
    return [
        {
            **repair(job),
            "status_label": str(job.get_status_display()),
            "booked_at": moment(job.created_at),
        }
        for job in jobs
    ]


def my_orders(visits: list[OrderVisit]) -> list[dict[str, Any]]:
    """Orders as their customer lists them. Two statements."""
    orders = [visit.order for visit in visits]
    sums, backs = balances(orders), given_back.of_orders(orders)
    return [my_order(order, sums[order.pk], backs[order.pk]) for order in orders]


def my_order(order: Any, sums: Balance, backs: list[Back]) -> dict[str, Any]:
    """One of them."""
    return {
        "number": order.number,
        "status": order.status,
        "placed_at": moment(order.date_placed),
        "total": money(order.total_incl_tax, order.currency),
        "balance": deposit_shapes.balance_of(sums),
        "refunds": deposit_shapes.refunds(backs),
    }


class MyRepairList(Mine):
    """My repairs."""

    @operation(
        name="my_repairs",
        summary="My repairs",
        tag="me",
        query=PageAsk,
        answer=MyRepairs,
        shown={"items": [SHOWN_REPAIR], "total": 1, "limit": 20, "offset": 0},
        role=CUSTOMER,
    )
    def get(self, request: Request) -> Response:
        """Repairs whose contact belongs to me, newest first."""
        mine = Job.objects.filter(contact__user_id=request.user.pk, site=self.site)  # type: ignore[misc]
        return self.page(mine.order_by("-created_at", "-pk"), my_repairs)


class MyOrderList(Mine):
    """My orders."""

    @operation(
        name="my_orders",
        summary="My orders",
        tag="me",
        query=PageAsk,
        answer=MyOrders,
        shown={"items": [SHOWN_ORDER], "total": 1, "limit": 20, "offset": 0},
        role=CUSTOMER,
    )
    def get(self, request: Request) -> Response:
        """Orders placed while I was logged in, or as a guest with an address I have verified; newest first."""
        mine = OrderVisit.objects.filter(owned_by(request.user, at="order__"), site=self.site)
        rows = mine.select_related("order").order_by("-order__date_placed", "-pk")
        return self.page(rows, my_orders)
