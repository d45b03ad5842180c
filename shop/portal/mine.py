"""What belongs to the customer who is logged in, at this shop: their repairs, orders, messages. Never anybody else's.

Every page of the portal starts from these querysets, so there is one place that says whose a row is.
"""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model

from cms.models import ShopSettings
from cms.sites import Site, shop_settings, site_for
from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from shop import deposits, given_back
from shop.document_pages import Listed
from shop.models import Payment, SiteShop
from shop.owners import owned_by
from shop.payments import switching
from shop.payments.balance import Balance, balances
from shop.payments.starting import PAYABLE, what_to_ask

Order = get_model("order", "Order")
Status = Job.Status

UPCOMING = (Status.BOOKED,)
IN_PROGRESS = (Status.RECEIVED, Status.DIAGNOSING, Status.WAITING_PARTS, Status.REPAIRING, Status.TESTING, Status.READY)
OVER = (Status.COLLECTED, Status.CANCELLED)
LAST_STEP = len(tracking.RAIL) - 1


@method_decorator([never_cache, login_required], name="dispatch")
class Mine(View):
    """A page of the portal: for whoever is logged in, about the shop that was asked."""

    http_method_names = ["get", "head"]
    template_name = ""
    per_page = 10
    site: Site
    shop: ShopSettings
    at: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Note the site and the moment, once."""
        self.site = site_for(request)
        self.shop = shop_settings(self.site)
        self.at = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        """The page with its facts."""
        return self.page(**self.facts(**named))

    @abstractmethod
    def facts(self, **named: Any) -> dict[str, Any]:
        """What the template shows."""

    def page(self, **facts: Any) -> HttpResponse:
        """The template, with what every page of the portal has."""
        common = {"zone": self.shop.zone, "shop": self.shop, "at": self.at}
        return render(self.request, self.template_name, common | facts)

    def tax_name(self) -> str:
        """What this shop's tax is called. One statement."""
        found = SiteShop.objects.filter(site=self.site).first()
        return found.tax_name if found else ""

    def paged(self, rows: Any) -> dict[str, Any]:
        """The part of a list that the address asks for; a page that is not there is the nearest one."""
        page = Paginator(rows, self.per_page).get_page(self.request.GET.get("page"))
        return {"page_obj": page, "page_range": page.paginator.get_elided_page_range(page.number)}


@dataclass(frozen=True)
class JobRow:
    """A repair as lists show it. `step` of `LAST_STEP` says how far it is."""

    job: Job
    sentence: str
    tasks: str
    step: int
    last_step: int
    over: bool
    icon: str


@dataclass(frozen=True)
class OrderRow:
    """An order with its money. `payable`: it can be paid now, online. `documents`: filled where they are shown.

    Paying asks for `asks`. `agreed` is what was to be paid when, `promised` what the customer's bank keeps for us,
    `taking` what was agreed to and has not come yet, `backs` what goes back. `online_instead`: it is to be paid in the
    shop and may be paid online.
    """

    order: Any
    balance: Balance
    titles: str
    payable: bool
    in_store: bool
    asks: Decimal
    agreed: deposits.Terms
    promised: Decimal = Decimal(0)
    taking: deposits.Taking | None = None
    online_instead: bool = False
    backs: list[given_back.Back] = field(default_factory=list)
    documents: list[Listed] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        """What it cost before anything was taken off its price or let go: what was asked, never less than is due."""
        return self.balance.due + self.balance.credited or self.order.total_incl_tax

    @property
    def less(self) -> Decimal:
        """What was taken off its price without going back: it had not been paid."""
        return max(self.balance.credited - self.balance.refunded, Decimal(0))

    @property
    def over(self) -> bool:
        """Whether nothing is asked any more because it ended: let go, called off or given back."""
        return self.order.status in {"released", "cancelled", "refunded"}


def jobs(user: Any, site: Site) -> QuerySet[Job]:
    """The user's repairs at this shop: those whose contact is theirs."""
    return Job.objects.filter(contact__user=user, site=site)


def orders(user: Any, site: Site) -> Any:
    """The user's orders at this shop, newest first."""
    mine = Order.objects.filter(owned_by(user), visit__site=site)
    return mine.select_related("visit__appointment", "visit__site__shop").order_by("-date_placed", "-pk")


def sent(user: Any, site: Site) -> QuerySet[Message]:
    """What the shop sent to the user, newest first; what could not be delivered too, for it may matter."""
    done = (Message.Status.SENT, Message.Status.DELIVERED, Message.Status.FAILED)
    return Message.objects.filter(contact__user=user, site=site, status__in=done).order_by("-created_at", "-pk")


def job_rows(found: QuerySet[Job]) -> QuerySet[Job]:
    """Repairs with everything that `row_of` reads. Two statements when it is read."""
    return found.select_related("appointment", "device").prefetch_related("tasks")


def row_of(job: Job, *, at: datetime) -> JobRow:
    """A repair from `job_rows` as lists show it at a moment. No statement."""
    return JobRow(
        job=job,
        sentence=tracking.sentence_of(job, at=at),
        tasks=", ".join(task.name for task in job.tasks.all()),
        step=tracking.RAIL.index(Status(job.status)) if job.status in tracking.RAIL else 0,
        last_step=LAST_STEP,
        over=job.status in OVER,
        icon=job.device.icon if job.device else "wrench",
    )


def order_rows(found: Iterable[Any], *, titled: bool = True) -> list[OrderRow]:
    """Orders with their money. Three statements beside the orders' own: lines (for titles), ledgers, refunds; one more
    where a bank may keep a deposit.
    """
    listed = list(found)
    money, backs, promised = balances(listed), given_back.of_orders(listed), _promised(listed)
    rows = []
    for order in listed:
        sums, promise = money[order.pk], promised.get(order.pk)
        taking = deposits.Taking.of(promise) if promise else None
        open_here = order.status in PAYABLE and sums.open > 0
        rows.append(
            OrderRow(
                order=order,
                balance=sums,
                titles=", ".join(dict.fromkeys(line.title for line in order.lines.all())) if titled else "",
                payable=open_here and order.visit.pay_by != "in_store" and not promise,
                in_store=order.status in PAYABLE and order.visit.pay_by == "in_store",
                asks=what_to_ask(order, sums)[0],
                agreed=deposits.agreed(order),
                promised=promise.amount if promise and not taking else Decimal(0),
                taking=taking,
                online_instead=open_here and switching.online_instead(order),
                backs=backs[order.pk],
            )
        )
    return rows


def _promised(listed: list[Any]) -> dict[int, Payment]:
    """What banks have promised for these orders. No statement where none of them waits for money from online."""
    may = [order for order in listed if order.status in PAYABLE and order.visit.pay_by != "in_store"]
    if not may:
        return {}
    rows = Payment.objects.filter(order__in=may, state=Payment.State.AUTHORISED)
    return {row.order_id: row for row in rows.order_by("pk")}


def spent(user: Any, site: Site) -> dict[str, Decimal]:
    """What the user paid here and did not get back, by currency. Two statements."""
    sums: dict[str, Decimal] = {}
    for found in balances(list(orders(user, site).select_related(None))).values():
        sums[found.currency] = sums.get(found.currency, Decimal(0)) + found.paid - found.refunded
    return {currency: amount for currency, amount in sums.items() if amount}
