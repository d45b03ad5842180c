"""What is done with an order's money at the counter: typed, read back, and done. Each step works without script."""

from abc import abstractmethod
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from repairs.bench.page import BenchPage
from repairs.models import Job
from shop import cancelling, letting_off, no_show
from shop.models import OrderJob
from shop.payments import ledger, paying_out, refunds
from shop.templatetags.money import money as written

REFUSALS = (
    refunds.MoreThanLeft,
    refunds.HeldByBank,
    paying_out.NotPaidOut,
    cancelling.NotCancellable,
    no_show.NotMissed,
    no_show.FeeTooHigh,
    letting_off.NothingOpen,
)


class Step(BenchPage):
    """One thing done with the money of a job's order. Subclasses say what: `form`, `read_back` and `do`.

    Template `counter/money_step.html`: `job`, `order`, `balance`, `form`, the words of the step, and `facts` (name,
    value) when what was typed is read back before it is done (`checking`).
    """

    permission_required = ("repairs.see_bench", "shop.add_refund")  # type: ignore[assignment]  # mixin takes both
    template_name = "counter/money_step.html"
    title: Any
    button: Any
    intro: Any = ""
    tone = ""
    leads = False  # whether the first fact that is read back is the sum that matters

    @cached_property
    def row(self) -> OrderJob:
        """The job of this site with its order; 404 for another one. One statement."""
        rows = OrderJob.objects.select_related("order__visit__appointment", "order__visit__contact", "job__contact")
        return get_object_or_404(rows, job__site=self.site, job__reference=self.kwargs["reference"])

    @cached_property
    def order(self) -> Any:
        """The order whose money it is."""
        return self.row.order

    @cached_property
    def balance(self) -> ledger.Balance:
        """The sums of the order."""
        return ledger.balance(self.order)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What can be typed; back to the job where this cannot be done with the order now."""
        return self.show(self.form()) if self.possible() else self.nothing_to_do()

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Read back what was typed, or do it."""
        if self.done_before():
            return self.back()
        if not self.possible():
            return self.nothing_to_do()
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        if request.POST.get("act") != "do":
            return self.show(form, facts=self.read_back(form.cleaned_data))
        try:
            said = self.do(form.cleaned_data)
        except REFUSALS as refusal:
            self.forget()
            again = self.form(request.POST)
            if again.is_valid():  # else what changed meanwhile is said beside its field
                again.add_error(None, str(refusal))
            return self.show(again, status=409)
        messages.success(request, said)
        return self.back()

    def back(self) -> HttpResponse:
        """To the job, where its money is."""
        return HttpResponseRedirect(reverse("bench:job", args=[self.row.job.reference]) + "#money-heading")

    def nothing_to_do(self) -> HttpResponse:
        """Somebody was faster, or the address is an old one."""
        messages.warning(
            self.request, _("There is nothing more to do here: this is how the money of the order stands.")
        )
        return self.back()

    def done_before(self) -> bool:
        """Whether this very form was sent before."""
        return False

    def show(self, form: forms.Form, *, facts: list[tuple[Any, str]] | None = None, status: int = 200) -> HttpResponse:
        """The page: the form, or what was typed, to be read once more."""
        context = self.get_context_data(
            job=self.row.job,
            order=self.order,
            balance=self.balance,
            form=form,
            step=self,
            facts=facts,
            checking=facts is not None,
        )
        return self.render_to_response(context, status=status)

    def forget(self) -> None:
        """Read everything anew: somebody else was faster."""
        for name in ("row", "order", "balance"):
            self.__dict__.pop(name, None)

    def written(self, amount: Any, currency: str = "") -> str:
        """An amount as people read it."""
        return written(amount, currency or self.order.currency)

    def jobs(self) -> str:
        """The things of the order, by name."""
        rows = Job.objects.filter(order_row__order=self.order).order_by("pk")
        return ", ".join(f"{job.subject_name} ({job.reference})" for job in rows)

    def customer(self) -> str:
        """Whose order it is."""
        contact = self.order.visit.contact
        return str(contact.name or contact.email or contact.phone)

    @property
    def now(self) -> Any:
        """The edge where the clock is read."""
        return timezone.now()

    @abstractmethod
    def possible(self) -> bool:
        """Whether this can be done with the order now."""

    @abstractmethod
    def form(self, data: Any = None) -> forms.Form:
        """What is typed; with `data`, as it was typed."""

    @abstractmethod
    def read_back(self, given: dict[str, Any]) -> list[tuple[Any, str]]:
        """What will happen, as names and values, before it does."""

    @abstractmethod
    def do(self, given: dict[str, Any]) -> str:
        """Do it and answer with the sentence that says so."""
