"""Refunds, cancelled orders, missed visits and money that is not asked any more, at the counter."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.sites import shop_settings
from shop import cancelling, letting_off, no_show
from shop.counter import words
from shop.counter.forms import REASONS, CancelForm, MissedForm, RefundForm, StopAskingForm, fresh_mark
from shop.counter.money import choice_words, may_of, refundable, too_much
from shop.counter.steps import Step
from shop.models import Payment, Refund
from shop.payments import paying_out, refunds

ZERO = Decimal("0.00")


class RefundStep(Step):
    """Money of one payment goes back. `?payment=`, `?amount=` and `?reason=` fill the form."""

    title = gettext_lazy("Refund")
    button = gettext_lazy("Give it back")
    intro = gettext_lazy(
        "Money goes back the way it came. Cash for a payment by card is booked here only after a refund to the card "
        "did not work."
    )
    leads = True

    @cached_property
    def payments(self) -> list[Payment]:
        """Those of which something is left, the newest first."""
        return refundable(list(self.order.payments.order_by("-pk")))

    def forget(self) -> None:
        super().forget()
        self.__dict__.pop("payments", None)

    def done_before(self) -> bool:
        mark = self.request.POST.get("once", "").replace("\x00", "")[:40]
        return Refund.objects.filter(payment__order=self.order, once=f"counter-{mark}").exists()

    def possible(self) -> bool:
        return bool(self.payments)

    def form(self, data: Any = None) -> forms.Form:
        choices = [(row, self.choice(row)) for row in self.payments]
        first = None if data is not None else self.first_values()
        paid_out = [row for row in self.payments if paying_out.possible(row)]
        return RefundForm(data, initial=first, payments=choices, paid_out=paid_out)

    def choice(self, payment: Payment) -> str:
        """A payment as one of the choices: how it came, and what is left of it."""
        came = timezone.localtime(payment.changed_at, shop_settings(self.site).zone)
        return _("%(left)s left of %(way)s, %(day)s") % {
            "left": self.written(refunds.left(payment), refunds.currency_of(payment)),
            "way": words.of_payment(payment),
            "day": date_format(came, "j M Y"),
        }

    def first_values(self) -> dict[str, Any]:
        """What was paid too much, else all that is left of the newest payment, unless the address says otherwise."""
        asked, back = self.request.GET, list(Refund.objects.filter(payment__order=self.order).select_related("payment"))
        named = [row for row in self.payments if row.reference == asked.get("payment")]
        payment = (named or self.payments)[0]
        over = too_much(self.balance, back) if payment.state != Payment.State.MISMATCH else ZERO
        most = refunds.left(payment)
        reason = asked.get("reason") or (Refund.Reason.TWICE if over else "")
        return {
            "payment": payment.reference,
            "amount": min(_amount(asked.get("amount")) or over or most, most),
            "reason": reason if reason in dict(REASONS) else "",
            "tender": asked.get("tender", ""),
            "once": fresh_mark(),
        }

    def read_back(self, given: dict[str, Any]) -> list[tuple[Any, str]]:
        payment = self.payment(given)
        after = refunds.left(payment) - given["amount"]
        return [
            (_("Amount"), self.sum(given)),
            (_("To"), self.customer()),
            (_("How"), _("Out of the till, in cash") if given["tender"] else words.way_back(payment)),
            (_("Of payment"), choice_words(payment)),
            (_("Reason"), dict(REASONS)[given["reason"]]),
            *([(_("Note"), given["note"])] if given["note"] else []),
            (_("Left of it afterwards"), self.written(after, refunds.currency_of(payment))),
        ]

    def do(self, given: dict[str, Any]) -> str:
        payment = self.payment(given)
        refund = refunds.ask(
            payment=payment,
            amount=given["amount"],
            reason=given["reason"],
            by=self.request.user,
            at=self.now,
            note=given["note"],
            once=f"counter-{given['once']}",
            tender=given["tender"],
        )
        if refund.tender or words.by_hand(payment):
            return _("Hand %(sum)s over now: it is written down as given back.") % {"sum": self.sum(given)}
        return _("%(sum)s is about to go back, under %(reference)s.") % {
            "sum": self.sum(given), "reference": refund.reference
        }  # fmt: skip

    def payment(self, given: dict[str, Any]) -> Payment:
        """The payment that was chosen; the form made sure that it is one of the choices."""
        return next(row for row in self.payments if row.reference == given["payment"])

    def sum(self, given: dict[str, Any]) -> str:
        """The amount in the money in which it came."""
        return self.written(given["amount"], refunds.currency_of(self.payment(given)))


class CancelStep(Step):
    """The whole order ends before anything of it is here."""

    title = gettext_lazy("Cancel the order")
    button = gettext_lazy("Cancel the order")
    tone = "danger"

    @cached_property
    def held(self) -> Decimal:
        """What we hold of the order and nobody has asked to give back."""
        return self.balance.kept - refunds.on_its_way(self.order)

    def forget(self) -> None:
        super().forget()
        self.__dict__.pop("held", None)

    def possible(self) -> bool:
        return may_of(self.order, self.balance, (), at=self.now)["cancel"]

    def form(self, data: Any = None) -> forms.Form:
        first = {"keep": ZERO, "reason": Refund.Reason.CUSTOMER}
        return CancelForm(data, initial=first, most=self.held, currency=self.order.currency)

    def read_back(self, given: dict[str, Any]) -> list[tuple[Any, str]]:
        return [
            (_("Customer"), self.customer()),
            (_("What ends"), self.jobs()),
            (_("We keep"), self.written(given["keep"])),
            *self.goes_back(self.held - given["keep"]),
            *([(_("Not asked any more"), self.written(self.balance.open))] if self.balance.open else []),
            (_("Reason"), dict(REASONS)[given["reason"]]),
            *([(_("Note"), given["note"])] if given["note"] else []),
        ]

    def goes_back(self, amount: Decimal) -> list[tuple[Any, str]]:
        """How much goes back by which way, a line for each payment."""
        ways = cancelling.ways_back(self.order, amount) if amount > 0 else []
        back = [(_("Goes back"), f"{self.written(part)}. {words.way_back(payment)}") for payment, part in ways]
        return back or [(_("Goes back"), _("Nothing"))]

    def do(self, given: dict[str, Any]) -> str:
        cancelling.cancel(order=self.order, by=self.request.user, at=self.now, **given)
        return _("Order %(number)s is cancelled.") % {"number": self.order.number}


class MissedStep(CancelStep):
    """Nobody came: the fee is kept or asked for, and everything else ends."""

    title = gettext_lazy("Missed visit")
    button = gettext_lazy("Close the visit as missed")

    def possible(self) -> bool:
        return may_of(self.order, self.balance, (), at=self.now)["missed"]

    def form(self, data: Any = None) -> forms.Form:
        most = no_show.most(self.order)
        return MissedForm(data, initial={"fee": most}, most=most, currency=self.order.currency)

    def read_back(self, given: dict[str, Any]) -> list[tuple[Any, str]]:
        kept = max(min(given["fee"], self.held), ZERO)
        asked = given["fee"] - kept
        return [
            (_("Customer"), self.customer()),
            (_("What ends"), self.jobs()),
            (_("Fee"), self.written(given["fee"])),
            *([(_("Kept of what was paid"), self.written(kept))] if kept else []),
            *([(_("Still to pay"), self.written(asked))] if asked else []),
            *self.goes_back(self.held - kept),
            *([(_("Note"), given["note"])] if given["note"] else []),
        ]

    def do(self, given: dict[str, Any]) -> str:
        no_show.charge(order=self.order, by=self.request.user, at=self.now, fee=given["fee"], note=given["note"])
        return _("The visit is closed as missed. The fee is %(sum)s.") % {"sum": self.written(given["fee"])}


class StopAskingStep(Step):
    """What is open is not asked for any more."""

    title = gettext_lazy("Stop asking")
    button = gettext_lazy("Stop asking for it")
    leads = True

    def possible(self) -> bool:
        return may_of(self.order, self.balance, (), at=self.now)["stop_asking"]

    def form(self, data: Any = None) -> forms.Form:
        return StopAskingForm(data, most=self.balance.open, currency=self.order.currency)

    def read_back(self, given: dict[str, Any]) -> list[tuple[Any, str]]:
        return [
            (_("Not asked any more"), self.written(self.balance.open)),
            (_("Customer"), self.customer()),
            (_("Why"), given["reason"]),
        ]

    def do(self, given: dict[str, Any]) -> str:
        amount = letting_off.stop_asking(order=self.order, by=self.request.user, at=self.now, reason=given["reason"])
        return _("%(sum)s is not asked for any more.") % {"sum": self.written(amount)}


class AskAgain(Step):
    """What was let off is asked for after all; one button, nothing to type."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Ask again, and go back to the job."""
        try:
            amount = letting_off.ask_again(order=self.order, by=request.user, at=self.now)
            messages.success(request, _("%(sum)s is asked for again.") % {"sum": self.written(amount)})
        except letting_off.NothingOpen as refusal:
            messages.error(request, str(refusal))
        return self.back()


def _amount(text: str | None) -> Decimal | None:
    """A sum from an address, or None for what is none."""
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None
