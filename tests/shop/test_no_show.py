"""A missed visit costs its fee once: out of what was paid, out of what the bank promised, or asked for."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django_q.models import OrmQ

from notifications.models import Message
from repairs import workflow
from repairs.models import Appointment, Job, JobEvent, SlotCell
from shop import document_checks, document_pdf, letting_off, no_show
from shop.models import Document, LedgerEntry, Payment, Refund, SiteShop
from shop.payments import demo_bank, ledger, refunds, starting
from shop.payments.base import CaptureAsk, Report
from shop.payments.demo import Demo
from tests import queue
from tests.factories import SHOP_TIME
from tests.shop.payments.factories import make_order
from tests.shop.test_ledger import BACK, told
from tests.shop.test_races import at_once

pytestmark = pytest.mark.django_db
AFTER = SHOP_TIME + timedelta(hours=27)
FEE = Decimal("20.00")


@pytest.fixture
def order(shop: Any) -> Any:
    SiteShop.objects.update(no_show_fee=FEE)
    return make_order(shop)


def paid(order: Any) -> Payment:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    told(payment)
    return payment


def charge(order: Any, fee: str | None = None, at: Any = AFTER) -> Any:
    return no_show.charge(order=order, by=None, at=at, fee=None if fee is None else Decimal(fee))


def promised(order: Any, amount: str, capture: str = "later") -> Payment:
    payment = starting.start(order=order, at=SHOP_TIME, return_url=BACK).payment
    facts = {"amount": Decimal(amount), "state": "authorised", "capture": capture, "purpose": "deposit"}
    Payment.objects.filter(pk=payment.pk).update(**facts)
    payment.refresh_from_db()
    OrmQ.objects.all().delete()
    return payment


def test_the_fee_stays_of_what_was_paid_and_the_rest_goes_back(order: Any) -> None:
    payment = paid(order)
    charge(order)
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (Decimal("447.98"), "asked")
    queue.work_off()
    told(payment, "refunded", amount=refund.amount, refund_id="re_1")
    money = ledger.balance(order)
    order.refresh_from_db()
    assert (money.due, money.kept, money.open, money.over, order.status) == (FEE, FEE, 0, 0, "paid")
    kinds = list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount"))
    assert kinds[2:4] == [("no_show", FEE), ("written_off", Decimal("467.98"))]


def test_the_visit_is_marked_missed_its_time_is_free_and_the_job_ends_with_a_line_of_history(order: Any) -> None:
    paid(order)
    charge(order)
    job, visit = Job.objects.get(), Appointment.objects.get()
    assert (job.status, visit.state) == ("cancelled", Appointment.State.MISSED)
    assert not SlotCell.objects.filter(hold=visit.hold_id).exists()
    last = JobEvent.objects.filter(job=job).latest("seq")
    assert (last.kind, last.data["because"]) == ("job.cancelled", "order.no_show")


def test_a_fee_that_nobody_paid_is_asked_for_and_can_be_paid(order: Any) -> None:
    charge(order)
    money = ledger.balance(order)
    order.refresh_from_db()
    assert (money.due, money.open, order.status) == (FEE, FEE, "awaiting-payment")
    ledger.take_at_counter(order=order, amount=FEE, by=None, at=AFTER)
    order.refresh_from_db()
    assert order.status == "paid"


def test_an_order_that_was_to_be_released_keeps_asking_for_its_fee(order: Any) -> None:
    charge(order)
    order.visit.refresh_from_db()
    assert (order.visit.release_at, order.visit.due_now) == (None, None)


def test_without_a_fee_an_unpaid_order_just_ends(order: Any) -> None:
    charge(order, "0.00")
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("cancelled", 0)
    assert not LedgerEntry.objects.filter(kind="no_show").exists()


def test_a_shop_that_names_no_fee_gives_all_of_it_back(order: Any) -> None:
    SiteShop.objects.update(no_show_fee=None)
    paid(order)
    charge(order)
    assert Refund.objects.get().amount == Decimal("467.98")


@pytest.mark.parametrize("fee", ["20.01", "-0.01", "1000000.00"])
def test_a_fee_above_the_shops_own_or_below_nothing_is_refused(order: Any, fee: str) -> None:
    with pytest.raises(no_show.FeeTooHigh, match=r"20\.00"):
        charge(order, fee)
    assert Job.objects.get().status == "booked"


def test_the_fee_is_never_above_the_price_and_none_in_another_currency(shop: Any) -> None:
    SiteShop.objects.update(no_show_fee=FEE)
    cheap = make_order(shop, total="15.00")
    cheap.visit.site.refresh_from_db()
    assert no_show.most(cheap) == Decimal("15.00")
    cheap.currency = "EUR"
    assert no_show.most(cheap) == 0


def test_it_happens_once(order: Any) -> None:
    paid(order)
    charge(order)
    with pytest.raises(no_show.NotMissed):
        charge(order)
    assert (Refund.objects.count(), LedgerEntry.objects.filter(kind="no_show").count()) == (1, 1)


def test_a_visit_that_is_not_over_was_not_missed(order: Any) -> None:
    with pytest.raises(no_show.NotMissed):
        charge(order, at=order.visit.appointment.ends_at - timedelta(seconds=1))
    charge(order, at=order.visit.appointment.ends_at)


def test_a_thing_that_came_was_not_missed(order: Any) -> None:
    workflow.move(Job.objects.get().pk, to=Job.Status.RECEIVED, by=None, at=AFTER)
    with pytest.raises(no_show.NotMissed):
        charge(order)


def test_an_order_without_a_visit_has_none_to_miss(order: Any) -> None:
    order.visit.appointment = None
    order.visit.save()
    with pytest.raises(no_show.NotMissed):
        charge(order)


def test_what_is_on_its_way_back_already_does_not_go_back_twice(order: Any) -> None:
    payment = paid(order)
    refunds.ask(payment=payment, amount=Decimal("100.00"), reason="goodwill", by=None, at=AFTER)
    charge(order)
    assert list(Refund.objects.order_by("pk").values_list("amount", flat=True)) == [
        Decimal("100.00"), Decimal("347.98")
    ]  # fmt: skip


def test_only_the_fee_is_taken_of_what_the_bank_promised(order: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = promised(order, "116.99")

    def capture(self: Demo, ask: CaptureAsk) -> Report:
        """Take as much as was asked for, as a bank does."""
        return Report("evt_c", "succeeded", ask.provider_id, ask.reference, ask.amount, ask.currency, live=False)

    monkeypatch.setattr(Demo, "capture", capture)
    charge(order)
    queue.work_off()
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, payment.captured, order.status, ledger.balance(order).kept) == (
        "succeeded",
        FEE,
        "paid",
        FEE,
    )


def test_a_promise_that_the_fee_does_not_need_is_let_go(order: Any) -> None:
    payment = promised(order, "116.99")
    charge(order, "0.00")
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == ("cancelled", 0)


def test_money_that_a_bank_holds_in_a_dispute_is_not_given_back_as_well(order: Any) -> None:
    told(paid(order), "dispute_opened", amount=Decimal("467.98"), refund_id="dp_1")
    charge(order)
    assert not Refund.objects.exists()


def test_the_books_still_balance(order: Any) -> None:
    payment = paid(order)
    charge(order)
    told(payment, "refunded", amount=Decimal("447.98"), refund_id="re_1")
    sums: dict[str, Decimal] = {}
    for row in LedgerEntry.objects.all():
        sums[row.debit] = sums.get(row.debit, Decimal(0)) + row.amount
        sums[row.credit] = sums.get(row.credit, Decimal(0)) - row.amount
    assert sum(sums.values()) == 0
    assert (sums["receivable"], sums["provider"], sums["no_show"]) == (0, FEE, -FEE)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_people_who_close_a_missed_visit_at_once_charge_it_once(order: Any) -> None:
    paid(order)

    def close() -> str:
        try:
            return str(charge(order).number)
        except no_show.NotMissed:
            return "refused"

    found = at_once(*[close] * 8)
    assert sorted(found) == sorted([order.number] + ["refused"] * 7), found
    assert (Refund.objects.count(), LedgerEntry.objects.filter(kind="no_show").count()) == (1, 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_refund_and_a_missed_visit_at_once_never_give_back_more_than_came(order: Any) -> None:
    payment = paid(order)

    def give() -> str:
        try:
            refunds.ask(payment=payment, amount=Decimal("400.00"), reason="goodwill", by=None, at=AFTER)
        except refunds.MoreThanLeft:
            return "refused"
        return "given"

    assert not [one for one in at_once(give, lambda: charge(order), give) if isinstance(one, Exception)]
    payment.refresh_from_db()
    assert payment.returned == sum(Refund.objects.values_list("amount", flat=True)) <= Decimal("467.98")


def test_what_is_open_is_asked_no_more_and_asked_again(order: Any) -> None:
    assert letting_off.stop_asking(order=order, by=None, at=AFTER, reason="A regular.") == Decimal("467.98")
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("paid", 0)
    assert LedgerEntry.objects.get(kind="written_off").note == "A regular."
    with pytest.raises(letting_off.NothingOpen):
        letting_off.stop_asking(order=order, by=None, at=AFTER, reason="Twice")
    assert letting_off.ask_again(order=order, by=None, at=AFTER) == Decimal("467.98")
    order.refresh_from_db()
    assert (order.status, ledger.balance(order).open) == ("awaiting-payment", Decimal("467.98"))
    with pytest.raises(letting_off.NothingOpen):
        letting_off.ask_again(order=order, by=None, at=AFTER)
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="After all.")
    assert (letting_off.let_off(order), ledger.balance(order).open) == (Decimal("467.98"), 0)


def test_a_fee_that_is_let_off_ends_the_order(order: Any) -> None:
    charge(order)
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="Was ill.")
    order.refresh_from_db()
    assert order.status == "cancelled"
    with pytest.raises(letting_off.NothingOpen):
        letting_off.ask_again(order=order, by=None, at=AFTER)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_people_who_stop_asking_at_once_write_it_off_once(order: Any) -> None:
    def stop() -> str:
        try:
            letting_off.stop_asking(order=order, by=None, at=AFTER, reason="Both")
        except letting_off.NothingOpen:
            return "refused"
        return "done"

    assert sorted(at_once(*[stop] * 4)) == ["done"] + ["refused"] * 3
    assert ledger.balance(order).due == 0


def test_what_goes_back_after_a_missed_visit_says_so(order: Any) -> None:
    demo_bank.decide(charge_id=str(paid(order).provider_id), decision="approved")
    charge(order)
    refund = Refund.objects.get()
    assert (refund.reason, refund.get_reason_display()) == ("missed", "The visit was missed")
    queue.work_off()
    assert LedgerEntry.objects.get(kind="refunded").note == "The visit was missed"


def papers(order: Any) -> list[tuple[str, Decimal]]:
    """Invoices and credit notes as they were issued."""
    rows = Document.objects.filter(order=order).exclude(kind="receipt").order_by("pk")
    return list(rows.values_list("kind", "total"))


def add_up(order: Any) -> Decimal:
    return sum((total for _kind, total in papers(order)), Decimal(0))


def test_the_papers_of_a_missed_visit_add_up_to_the_fee(order: Any) -> None:
    payment = paid(order)
    charge(order)
    price = Decimal("467.98")
    assert papers(order) == [("invoice", price), ("credit_note", -price), ("invoice", FEE)]
    invoice, note, fee = Document.objects.filter(order=order).exclude(kind="receipt").order_by("pk")
    assert (note.facts["refers_to"], note.facts["lines"][0]["reason"]) == (invoice.number, "The visit was missed")
    assert [line["name"] for line in fee.facts["lines"]] == ["Fee for a missed visit"]
    assert [row["amount"] for row in fee.facts["payments"]] == ["20.00"]
    queue.work_off()
    told(payment, "refunded", amount=Decimal("447.98"), refund_id="re_1")
    assert add_up(order) == FEE == ledger.balance(order).due
    assert len(papers(order)) == 3


def test_a_missed_visit_without_a_fee_takes_the_whole_invoice_back(order: Any) -> None:
    paid(order)
    charge(order, "0.00")
    assert papers(order) == [("invoice", Decimal("467.98")), ("credit_note", Decimal("-467.98"))]


def test_what_an_earlier_credit_note_took_back_is_not_taken_back_twice(order: Any) -> None:
    payment = paid(order)
    back = refunds.ask(payment=payment, amount=Decimal("67.98"), reason="goodwill", by=None, at=SHOP_TIME)
    told(payment, "refunded", amount=back.amount, refund_id="re_1")
    charge(order)
    assert papers(order)[1:] == [
        ("credit_note", Decimal("-67.98")), ("credit_note", Decimal("-400.00")), ("invoice", FEE)
    ]  # fmt: skip


def test_a_fee_that_is_kept_of_a_deposit_or_paid_afterwards_has_its_invoice(shop: Any, order: Any) -> None:
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME)
    charge(order)
    assert papers(order) == [("invoice", FEE)]
    later = make_order(shop, visit_in=timedelta(hours=25))
    charge(later)
    assert papers(later) == []
    ledger.take_at_counter(order=later, amount=FEE, by=None, at=AFTER)
    (invoice,) = Document.objects.filter(order=later, kind="invoice")
    assert (invoice.total, len(invoice.facts["lines"])) == (FEE, 1)


def test_a_fee_that_goes_back_as_well_is_a_credit_note_of_its_own_invoice(order: Any) -> None:
    payment = ledger.take_at_counter(order=order, amount=Decimal("467.98"), by=None, at=SHOP_TIME)
    charge(order)
    refunds.ask(payment=payment, amount=FEE, reason="goodwill", by=None, at=AFTER)
    _invoice, _note, fee, note = Document.objects.filter(order=order).exclude(kind="receipt").order_by("pk")
    assert (note.kind, note.total, note.facts["refers_to"]) == ("credit_note", -FEE, fee.number)
    assert add_up(order) == 0


def test_the_mail_about_a_missed_visit_carries_its_papers(order: Any) -> None:
    paid(order)
    charge(order)
    named = Message.objects.get(kind="order.no_show").attachments
    assert [one["name"][:3] for one in named] == ["CRN", "INV"]


def test_money_that_is_let_off_leaves_an_invoice_over_what_was_paid(order: Any) -> None:
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME)
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="A regular.")
    (invoice,) = Document.objects.filter(order=order, kind="invoice")
    last = invoice.facts["lines"][-1]
    assert (invoice.total, last["name"], last["amount"]) == (Decimal("100.00"), "Not asked for", "-367.98")
    assert not [line for line in invoice.facts["lines"] if "A regular" in str(line)]


def test_what_is_asked_again_and_paid_is_invoiced_besides(order: Any) -> None:
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME, once="1")
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="A regular.")
    letting_off.ask_again(order=order, by=None, at=AFTER)
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="Again.")
    assert papers(order) == [("invoice", Decimal("100.00"))]
    letting_off.ask_again(order=order, by=None, at=AFTER)
    ledger.take_at_counter(order=order, amount=Decimal("67.98"), by=None, at=AFTER, once="2")
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="The rest.")
    assert papers(order)[1:] == [("invoice", Decimal("67.98"))]
    letting_off.ask_again(order=order, by=None, at=AFTER)
    payment = ledger.take_at_counter(order=order, amount=Decimal("300.00"), by=None, at=AFTER, once="3")
    assert papers(order)[2:] == [("invoice", Decimal("300.00"))]
    assert add_up(order) == ledger.balance(order).due == Decimal("467.98")
    refunds.ask(payment=payment, amount=Decimal("300.00"), reason="goodwill", by=None, at=AFTER)
    assert add_up(order) == ledger.balance(order).due == Decimal("167.98")


def test_nothing_paid_and_nothing_asked_has_no_papers(order: Any) -> None:
    letting_off.stop_asking(order=order, by=None, at=AFTER, reason="A regular.")
    assert not Document.objects.exists()
    order.refresh_from_db()
    sums = ledger.balance(order)
    badge = render_to_string("portal/order_state.html", {"status": order.status, "sums": sums})
    assert "Nothing to pay" in badge
    assert ">Paid<" not in badge


def test_papers_of_a_missed_visit_and_of_what_was_left_out_are_drawn(order: Any) -> None:
    ledger.take_at_counter(order=order, amount=Decimal("100.00"), by=None, at=SHOP_TIME, once="1")
    letting_off.stop_asking(order=order, by=None, at=SHOP_TIME, reason="A regular.")
    letting_off.ask_again(order=order, by=None, at=SHOP_TIME)
    ledger.take_at_counter(order=order, amount=Decimal("367.98"), by=None, at=SHOP_TIME, once="2")
    charge(order)
    assert papers(order)[2:] == [("credit_note", Decimal("-467.98")), ("invoice", FEE)]
    for document in Document.objects.filter(order=order):
        assert document_pdf.pdf(document).startswith(b"%PDF")
    assert not document_checks.faults()
