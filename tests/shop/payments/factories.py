"""Orders that wait for their money, without the road that leads to them."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.sites.models import Site as DjangoSite
from oscar.core.loading import get_model

from repairs import booking, jobs
from repairs.models import BookingPolicy
from shop.models import OrderJob, OrderVisit
from shop.payments import ledger
from tests.factories import SHOP_TIME, make_contact

Order = get_model("order", "Order")
numbers = count(1001)


def order_row(total: str = "467.98", currency: str = "GBP") -> Any:
    return Order.objects.create(
        number=f"MW-{next(numbers)}",
        currency=currency,
        total_incl_tax=Decimal(total),
        total_excl_tax=Decimal(total),
        status="awaiting-payment",
        date_placed=SHOP_TIME,
        site=DjangoSite.objects.get(pk=1),
        guest_email="ada@example.com",
    )


def make_order(
    shop: Any,
    *,
    total: str = "467.98",
    pay_by: str = "demo",
    at: datetime = SHOP_TIME,
    visit_in: timedelta = timedelta(hours=26),
) -> Any:
    """A placed order over one job with a provisional visit, asked for its total, to be released after 60 minutes."""
    contact = make_contact(shop.site) if not hasattr(shop, "payer") else shop.payer
    shop.payer = contact
    order = order_row(total)
    BookingPolicy.objects.update(lead_minutes=0)
    hold = booking.hold(site=shop.site, starts_at=at + visit_in, at=at)
    appointment = booking.confirm(hold=hold, contact=contact, at=at)
    OrderVisit.objects.create(
        order=order,
        site=shop.site,
        contact=contact,
        appointment=appointment,
        pay_by=pay_by,
        release_at=None if pay_by == "in_store" else at + timedelta(minutes=60),
    )
    task = jobs.NewTask(repair_type=shop.screen, name="Screen repair", minutes=60)
    wanted = jobs.NewJob(device=shop.iphone_8, subject_name="iPhone 8", thing={}, problem="", tasks=[task])
    for job in jobs.open_jobs(site=shop.site, contact=contact, appointment=appointment, wanted=[wanted], at=at):
        OrderJob.objects.create(job=job, order=order)
    ledger.ask(order=order, at=at)
    return order
