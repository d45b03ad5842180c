"""What customers, staff and providers may do to an order's money, in any order and at the worst of times."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from repairs import workflow
from repairs.models import Job
from shop import cancelling
from shop.models import OrderVisit, Payment, Refund
from shop.payments import ledger, refunds, returning, starting, switching
from shop.payments.base import Refused, Unavailable
from tests.drills.money_world import World
from tests.standins.faults import Fault
from tests.standins.wire import Problem

CARDS = ("4242424242424242",) * 4 + ("4000000000000002", "4000000000009995", "4000002500003155")
FATES = ("good",) * 5 + ("declined", "pending", "denied")
BACK = "http://testserver/back/"


# --- customers ---


def start(world: World) -> bool | None:
    """The customer asks to pay."""
    try:
        starting.start(order=world.order, at=world.at, return_url=BACK, hosted=world.rng.random() < 0.4)
    except (starting.OrderNotPayable, Unavailable, Refused) as error:
        world.tell(f"  not started: {error!r}")


def choose_another_way(world: World) -> bool | None:
    """The customer goes over to the other provider, leaving what was begun."""
    now = OrderVisit.objects.get(pk=world.order.pk).pay_by
    _change(world, "paypal" if now == "stripe" else "stripe")


def pay_on_stripe(world: World) -> bool | None:
    """A card is typed into any page that is still open, perhaps an old one in another tab."""
    books = world.standins.books
    pages = [row["id"] for row in books.table("sessions").values() if row["status"] == "open"]
    behind = {row["payment_intent"] for row in books.table("sessions").values()}
    waiting = {"requires_payment_method", "requires_action"}
    forms = [r["id"] for r in books.table("intents").values() if r["status"] in waiting and r["id"] not in behind]
    name = world.one_of(pages + forms)
    return bool(name and _try(world, "stripe/pay", payment=name, card=world.rng.choice(CARDS)))


def confirm_at_the_bank(world: World) -> bool | None:
    """The bank's question (3-D Secure) is answered."""
    rows = world.standins.books.table("intents").values()
    intent = world.one_of(row for row in rows if row["status"] == "requires_action")
    good = world.rng.random() < 0.7
    return bool(intent and _try(world, "stripe/authenticate", payment=intent["id"], good=good))


def approve_on_paypal(world: World) -> bool | None:
    rows = world.standins.books.table("orders").values()
    order = world.one_of(row for row in rows if row["status"] == "CREATED")
    return bool(order and _try(world, "paypal/approve", order=order["id"], fate=world.rng.choice(FATES)))


def come_back(world: World) -> bool | None:
    """The browser returns to the shop."""
    payment = world.one_of(Payment.objects.filter(order=world.order))
    return bool(payment and returning.settle_return(payment_reference=payment.reference, at=world.at))


# --- staff ---


def give_back(world: World) -> bool | None:
    """A refund at the counter, the form sometimes sent twice."""
    payment = world.one_of(Payment.objects.filter(order=world.order, captured__gt=0))
    if payment is None:
        return False
    part = world.rng.choice((Decimal("10.00"), Decimal("0.01"), refunds.left(payment), refunds.left(payment) / 2))
    once = str(world.rng.random()) if world.rng.random() < 0.3 else ""
    for _click in range(world.rng.choice((1, 1, 2))):
        try:
            refunds.ask(
                payment=payment, amount=part.quantize(Decimal("0.01")), reason=Refund.Reason.GOODWILL, by=None,
                at=world.at, once=once,
            )  # fmt: skip
        except (refunds.MoreThanLeft, refunds.HeldByBank) as error:
            world.tell(f"  not given back: {error}")
    return True


def give_back_what_fits_nothing(world: World) -> bool | None:
    """Money that came otherwise than asked goes back, as staff are told to."""
    payment = world.one_of(Payment.objects.filter(order=world.order, state=Payment.State.MISMATCH, captured__gt=0))
    if payment is None or not refunds.left(payment):
        return False
    refunds.ask(payment=payment, amount=refunds.left(payment), reason=Refund.Reason.WRONG, by=None, at=world.at)
    return True


def call_off(world: World) -> bool | None:
    """Staff cancel the order, keeping a fee now and then."""
    keep = world.rng.choice((Decimal(0), Decimal(0), Decimal("20.00")))
    try:
        cancelling.cancel(order=world.order, by=None, at=world.at, reason=Refund.Reason.CUSTOMER, keep=keep)
    except (cancelling.NotCancellable, refunds.MoreThanLeft, refunds.HeldByBank) as error:
        world.tell(f"  not called off: {error}")


def take_cash(world: World) -> bool | None:
    """Money at the counter: all that is open, or a part."""
    part = world.rng.choice((Decimal("10.00"), ledger.balance(world.order).open))
    if world.refresh().status in {"paid", "released", "cancelled", "refunded"}:
        return False
    try:
        ledger.take_at_counter(order=world.order, amount=part, by=None, at=world.at)
    except ledger.MoreThanOpen as error:
        world.tell(f"  not taken: {error}")
    return True


def let_pay_in_store(world: World) -> bool | None:
    _change(world, "in_store")
    world.in_store = True


def _change(world: World, way: str) -> None:
    try:
        switching.change(order=world.order, provider=way, at=world.at)
    except (starting.OrderNotPayable, switching.WayNotOffered) as error:
        world.tell(f"  not changed: {error!r}")


def receive_the_thing(world: World) -> bool | None:
    job = Job.objects.filter(order_row__order=world.order).first()
    if job is None or job.status != Job.Status.BOOKED:
        return False
    workflow.move(job.pk, to=Job.Status.RECEIVED, by=None, at=world.at)
    return True


# --- providers ---


def stumble(world: World) -> bool | None:
    """The provider fails for some calls, before or after it has done what was asked."""
    kind, after = world.rng.choice(("500", "reset", "garbled", "409")), world.rng.random() < 0.5
    world.standins.faults.add(Fault(kind, times=world.rng.randint(1, 6), after=after))


def recover(world: World) -> bool | None:
    world.standins.faults.clear()


def give_back_in_dashboard(world: World) -> bool | None:
    """A person refunds on the provider's own site."""
    books = world.standins.books
    charges = [
        r for r in books.table("charges").values() if r["captured"] and r["amount_refunded"] < r["amount_captured"]
    ]
    captures = [r for r in books.table("captures").values() if r["status"] in {"COMPLETED", "PARTIALLY_REFUNDED"}]
    row = world.one_of(charges + captures)
    if row in charges:
        left = row["amount_captured"] - row["amount_refunded"]
        _try(world, "stripe/refund", payment=row["payment_intent"], minor=world.rng.choice((left, 1, left // 2)))
    elif row:
        _try(world, "paypal/refund", capture=row["id"], value=world.rng.choice((row["amount"]["value"], "1.00")))
    return row is not None


def hold_refunds(world: World) -> bool | None:
    """From now on refunds take days, or do not any more."""
    switches = world.standins.books.table("switches")
    switches["refund_state"] = world.rng.choice(("pending", "succeeded"))
    return True


def end_refund(world: World) -> bool | None:
    """What becomes of a refund that took days; one that was done may come back from the bank, too."""
    rows = [*_refunds(world, "PENDING")]
    if not rows and world.rng.random() < 0.3:
        rows = [*_refunds(world, "COMPLETED")]
    if found := world.one_of(rows):
        waits = found[1]["status"].upper() == "PENDING"
        _end_refund(world, *found, good=waits and world.rng.random() < 0.6)
    return found is not None


def _refunds(world: World, status: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Refunds at the providers of a status, in PayPal's words for it."""
    books, same = world.standins.books, {"PENDING": "pending", "COMPLETED": "succeeded"}[status]
    yield from (("stripe", row) for row in books.table("refunds").values() if row["status"] == same)
    yield from (("paypal", row) for row in books.table("paypal_refunds").values() if row["status"] == status)


def _end_refund(world: World, provider: str, refund: dict[str, Any], *, good: bool) -> None:
    world.tell(f"  {provider}: the refund {'is done' if good else 'came back'}")
    if provider == "stripe":
        _try(world, "stripe/end-refund", refund=refund["id"], state="succeeded" if good else "failed")
        return
    bad = world.rng.choice(("FAILED", "FAILED", "CANCELLED"))
    _try(world, "paypal/end-refund", refund=refund["id"], status="COMPLETED" if good else bad)


def decide_transfer(world: World) -> bool | None:
    """A transfer through PayPal arrives or not."""
    rows = world.standins.books.table("captures").values()
    if capture := world.one_of(row for row in rows if row["status"] == "PENDING"):
        _try(world, "paypal/decide", capture=capture["id"], status=world.rng.choice(("COMPLETED", "DECLINED")))
    return capture is not None


def dispute(world: World) -> bool | None:
    """The customer goes to the bank, or to PayPal."""
    books = world.standins.books
    charges = [r for r in books.table("charges").values() if r["captured"] and not r["disputed"]]
    charge = world.one_of(row for row in charges if row["amount_captured"] > row["amount_refunded"])
    if charge:
        left = charge["amount_captured"] - charge["amount_refunded"]
        _try(world, "stripe/dispute", payment=charge["payment_intent"], minor=world.rng.choice((left, left, 1)))
    cases = books.table("paypal_disputes").values()
    disputed = {row["disputed_transactions"][0]["seller_transaction_id"] for row in cases}
    whole = [r for r in books.table("captures").values() if r["status"] == "COMPLETED" and r["id"] not in disputed]
    if capture := world.one_of(whole):
        _try(world, "paypal/dispute", capture=capture["id"], value=capture["amount"]["value"])
    return bool(charge or capture)


def close_dispute(world: World) -> bool | None:
    """The bank, or PayPal, has decided."""
    books = world.standins.books
    banks = [("stripe", r["id"]) for r in books.table("disputes").values() if r["status"] == "needs_response"]
    cases = [("paypal", r["dispute_id"]) for r in books.table("paypal_disputes").values() if r["status"] == "OPEN"]
    if found := world.one_of(banks + cases):
        outcome = world.rng.choice(("won", "lost"))
        _try(world, f"{found[0]}/close-dispute", dispute=found[1], outcome=outcome)
    return found is not None


def cancel_in_dashboard(world: World) -> bool | None:
    """A person, or the provider's own clock, closes what is open there."""
    books = world.standins.books
    # Stripe closes what is behind a page with the page only: https://docs.stripe.com/api/payment_intents/cancel
    paged = {row["payment_intent"] for row in books.table("sessions").values() if row["status"] == "open"}
    intents = [r for r in books.table("intents").values() if r["status"] not in {"succeeded", "canceled"}]
    intents = [row for row in intents if row["id"] not in paged]
    orders = [row for row in books.table("orders").values() if row["status"] == "APPROVED"]
    row = world.one_of(intents + orders)
    if row in intents:
        with books.lock:
            world.standins.stripe.let_go(row)
    elif row:
        _try(world, "paypal/lapse", order=row["id"])
    return row is not None


def tamper(world: World) -> bool | None:
    """What will come is not what was asked: another sum, another currency, real money for a test."""
    books, how = world.standins.books, world.rng.choice(("sum", "currency", "mode"))
    pages = [r for r in books.table("sessions").values() if r["status"] == "open" and not r["payment_intent"]]
    behind = {row["payment_intent"] for row in books.table("sessions").values()}
    forms = [r for r in books.table("intents").values() if r["status"] == "requires_payment_method"]
    forms = [row for row in forms if row["id"] not in behind]  # a page and what is behind it are of one sum
    orders = [row for row in books.table("orders").values() if row["status"] == "CREATED"]
    row = world.one_of(pages + forms + orders)
    if row in pages and how == "mode":
        books.table("asked")[row["id"]]["about"]["live"] = True
    elif row in pages or row in forms:
        sums = {"amount_total" if row in pages else "amount": world.rng.choice((1, 9999, 500_000))}
        row.update(sums if how == "sum" else {"currency": "eur"} if how == "currency" else {"livemode": True})
    elif row:
        money = row["purchase_units"][0]["amount"]
        money.update({"value": "1.00"} if how == "sum" else {"currency_code": "EUR"})
    return row is not None


def _try(world: World, deed: str, **told: Any) -> bool:
    """Something that happens at the provider; it may refuse."""
    try:
        world.standins.do(deed, **told)
    except Problem as problem:
        world.tell(f"  the provider refused: {problem.response.body!r}")
    return True


Act = Callable[[World], bool | None]
# How often each is done, beside the others.
ACTS: dict[Act, int] = {
    start: 8, pay_on_stripe: 20, confirm_at_the_bank: 10, approve_on_paypal: 20, come_back: 10, choose_another_way: 2,
    give_back: 8, give_back_what_fits_nothing: 8, call_off: 2, take_cash: 2, let_pay_in_store: 1, receive_the_thing: 3,
    stumble: 4, recover: 5, give_back_in_dashboard: 5, hold_refunds: 2, end_refund: 6, decide_transfer: 6, dispute: 4,
    close_dispute: 6, cancel_in_dashboard: 1, tamper: 4,
}  # fmt: skip
SPANS = (1, 2, 5, 11, 11, 31, 61, 300, 1600)


def play(world: World) -> None:
    """A story: people act, messages come in any order, the worker works, time passes, the sweep goes round."""
    start(world)
    for _step in range(world.rng.randint(8, 30)):
        luck = world.rng.random()
        if luck < 0.5:
            any_act(world)
        elif luck < 0.75:
            world.deliver()
        elif luck < 0.93:
            world.work()
        elif luck < 0.97:
            world.pass_time(world.rng.choice(SPANS))
        else:
            world.sweep()


def any_act(world: World) -> None:
    """Some act for which there is an occasion now."""
    for act in world.rng.choices(list(ACTS), list(ACTS.values()), k=8):
        world.tell(act.__name__)
        if act(world) is not False:
            return
        world.told.pop()


def end(world: World) -> None:
    """Everything undecided is decided, so that our books and the providers' can be compared."""
    world.tell("everything comes to rest")
    books = world.standins.books
    recover(world)
    books.table("switches").pop("refund_state", None)
    for provider, row in [*_refunds(world, "PENDING")]:
        _end_refund(world, provider, row, good=world.rng.random() < 0.5)
    world.come_to_rest()
    for _day in range(3):  # what was tried in vain is tried once a day at last
        world.pass_time(1450)
        world.sweep()
        while world.work():
            pass
    world.come_to_rest()
    world.night()
    world.come_to_rest()
    transfers = [row["id"] for row in books.table("captures").values() if row["status"] == "PENDING"]
    for name in transfers:
        _try(world, "paypal/decide", capture=name, status="COMPLETED")
    if transfers:
        world.come_to_rest()
        world.night()
        world.come_to_rest()
