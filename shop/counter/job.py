"""The job's page as the counter sees it: the bench's page with the money of its order."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from repairs.bench import job as bench_job
from repairs.bench.cards import Marks
from repairs.models import Job
from shop.counter import floor
from shop.counter.forms import TakeMoneyForm
from shop.counter.money import money_of
from shop.models import OrderJob
from shop.payments import ledger
from shop.templatetags.money import money as written

ABOUT_ORDERS = ("order.placed", "order.released", "order.cancelled", "order.no_show")
ABOUT_PAYMENTS = ("payment.settled", "payment.promised")


class JobPage(bench_job.JobPage):
    """Adds `money` (None for a job that was not sold), see `shop.counter.money`.

    Template `counter/job.html`: `bench/money_panel.html` in the block `money` of the bench page; it
    offers the label first when the thing has just been taken in (`?taken=1`).
    """

    template_name = "counter/job.html"

    @cached_property
    def money(self) -> dict[str, Any] | None:
        """What the money panel shows; None when there is no order behind the job."""
        rows = OrderJob.objects.filter(job__site=self.site, job__reference=self.kwargs["reference"])
        row = rows.select_related("order__visit__appointment").first()
        return money_of(row, self.request.user, at=timezone.now()) if row else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"money": self.money, "just_taken": self.request.GET.get("taken") == "1"}

    def marks(self, jobs: Sequence[Job]) -> Marks:
        return floor.money_marks(jobs)

    def message_keys(self, job: Job) -> list[str]:
        keys = super().message_keys(job)
        if self.money is None:
            return keys
        order, payments, back = (self.money[name] for name in ("order", "payments", "refunds"))
        ordered = [f"{kind}:{order.number}:" for kind in (*ABOUT_ORDERS, "payment.settled")]
        paid = [f"{kind}:{row.payment.reference}:" for row in payments for kind in ABOUT_PAYMENTS]
        return [*keys, *ordered, *paid, *(f"payment.refunded:{row.refund.reference}:" for row in back)]


class TakeMoney(JobPage):
    """Money was given at the counter: write it down and go back to the job. What is wrong is said beside the field."""

    permission_required = ("repairs.see_bench", "shop.add_payment")  # type: ignore[assignment]  # mixin takes both
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Take it, or show the job with what was typed."""
        if self.money is None:
            raise Http404
        form = TakeMoneyForm(request.POST, currency=self.money["order"].currency)
        if form.is_valid() and self.take(form):
            return redirect("bench:job", reference=reference)
        self.money["form"] = form
        return self.render_to_response(self.get_context_data(), status=422)

    def take(self, form: TakeMoneyForm) -> bool:
        """Take it and say what was taken; False when less is open."""
        assert self.money is not None
        given, order = form.cleaned_data, self.money["order"]
        try:
            payment = ledger.take_at_counter(
                order=order,
                amount=given["amount"],
                by=self.request.user,
                at=timezone.now(),
                tender=given["way"],
                note=given["note"],
                once=given["once"],
            )
        except ledger.MoreThanOpen:
            open_now = ledger.balance(order).open
            form.add_error("amount", _("%(sum)s is open on this order.") % {"sum": written(open_now, order.currency)})
            return False
        taken = written(payment.amount, payment.currency)
        messages.success(self.request, _("%(sum)s taken. The receipt is on its way.") % {"sum": taken})
        return True
