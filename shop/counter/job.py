"""The job's page as the counter sees it: the bench's page with the money of its order."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from cms.sites import site_for
from repairs.bench import job as bench_job
from repairs.bench.cards import Marks
from repairs.models import Job
from shop.counter import floor, odd, words
from shop.counter.forms import TakeMoneyForm, fresh_mark
from shop.models import OrderJob
from shop.payments import ledger


class JobPage(bench_job.JobPage):
    """Adds `money` (None for a job that was not sold): order, balance, entries (row, by whom), payments
    (row, way), events, form, may_take.

    Template `counter/job.html`: `bench/money_panel.html` in the block `money` of the bench page; it
    offers the label first when the thing has just been taken in (`?taken=1`).
    """

    template_name = "counter/job.html"

    @cached_property
    def money(self) -> dict[str, Any] | None:
        """What the money panel shows; None when there is no order behind the job."""
        rows = OrderJob.objects.filter(job__site=self.site, job__reference=self.kwargs["reference"])
        row = rows.select_related("order__visit").first()
        return money_of(row, self.request.user) if row else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"money": self.money, "just_taken": self.request.GET.get("taken") == "1"}

    def marks(self, jobs: Sequence[Job]) -> Marks:
        return floor.money_marks(jobs)

    def message_keys(self, job: Job) -> list[str]:
        keys = super().message_keys(job)
        if self.money is None:
            return keys
        number, payments = self.money["order"].number, self.money["payments"]
        ordered = [f"order.placed:{number}:", f"order.released:{number}:"]
        settled = [f"payment.settled:{name}:" for name in (number, *(payment.reference for payment, _way in payments))]
        return [*keys, *ordered, *settled]


def money_of(row: OrderJob, user: Any) -> dict[str, Any]:
    """Order, balance, ledger and payments of the order that a job was sold in, and the form to take money."""
    balance = ledger.balance(row.order)
    payments = list(row.order.payments.order_by("-pk"))
    entries = row.order.ledger.select_related("by", "payment")
    return {
        "order": row.order,
        "balance": balance,
        "entries": [
            (entry, entry.by or words.of_way(entry.payment.provider if entry.payment else "")) for entry in entries
        ],
        "payments": [(payment, words.of_way(payment.provider)) for payment in payments],
        "events": odd.events_about(payments),
        "form": TakeMoneyForm(initial={"amount": balance.open, "way": "card", "once": fresh_mark()}),
        "quotes": list(row.order.quotes.order_by("pk")),
        "may_take": user.has_perm("shop.add_payment"),
    }


class TakeMoney(PermissionRequiredMixin, View):
    """Money was given at the counter: write it down and go back to the job."""

    permission_required = "shop.add_payment"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        row = get_object_or_404(
            OrderJob.objects.select_related("order", "job"), job__reference=reference, job__site=site_for(request)
        )
        form = TakeMoneyForm(request.POST)
        if form.is_valid():
            self.take(row.order, form.cleaned_data)
        else:
            messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
        return redirect("bench:job", reference=row.job.reference)

    def take(self, order: Any, given: dict[str, Any]) -> None:
        """Take it, and say what was taken or why not."""
        way = dict(TakeMoneyForm.base_fields["way"].choices)[given["way"]]  # type: ignore[attr-defined]
        note = f"{way}: {given['note']}" if given["note"] else str(way)
        try:
            payment = ledger.take_at_counter(
                order=order,
                amount=given["amount"],
                by=self.request.user,
                at=timezone.now(),
                note=note,
                once=given["once"],
            )
        except ledger.MoreThanOpen as refusal:
            messages.error(self.request, str(refusal))
            return
        taken = {"amount": payment.amount, "currency": payment.currency}
        messages.success(self.request, _("%(amount)s %(currency)s taken. The receipt is on its way.") % taken)
