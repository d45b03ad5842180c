"""A customer's own page: repairs with their state, orders with what is still to pay. Never anybody else's."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_model

from cms.sites import Site, shop_settings, site_for
from repairs import tracking
from repairs.models import Job
from shop.owners import owned_by
from shop.payments.starting import PAYABLE

AT_END = (Job.Status.COLLECTED, Job.Status.CANCELLED)
SHOWN = 50

Order = get_model("order", "Order")


def jobs_of(user: Any, site: Site) -> list[dict[str, Any]]:
    """The user's repairs at this shop, newest first, each with its sentence, tasks and link. Two statements."""
    jobs = Job.objects.filter(contact__user=user, site=site).select_related("appointment").prefetch_related("tasks")
    return [
        {
            "job": job,
            "sentence": tracking.SENTENCES[Job.Status(job.status)] % {"device": job.subject_name},
            "tasks": ", ".join(task.name for task in job.tasks.all()),
            "link": tracking.link(job),
            "over": job.status in AT_END,
        }
        for job in jobs[:SHOWN]
    ]


def orders_of(user: Any, site: Site) -> list[dict[str, Any]]:
    """The user's orders at this shop, newest first, each with whether it can be paid now. Two statements."""
    mine = Order.objects.filter(owned_by(user), visit__site=site)
    orders = mine.select_related("visit__appointment").prefetch_related("lines")
    return [
        {"order": order, "payable": order.status in PAYABLE, "lines": list(order.lines.all())}
        for order in orders.order_by("-date_placed")[:SHOWN]
    ]


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """My repairs and my orders."""
    site = site_for(request)
    jobs = jobs_of(request.user, site)
    context = {
        "open_jobs": [row for row in jobs if not row["over"]],
        "past_jobs": [row for row in jobs if row["over"]],
        "orders": orders_of(request.user, site),
        "zone": shop_settings(site).zone,
    }
    return render(request, "portal/account.html", context)
