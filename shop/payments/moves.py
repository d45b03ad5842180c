"""The states of a payment: which may follow which. The only place where one is written."""

from datetime import datetime

from shop.models import Payment

State = Payment.State
CAME = {State.SUCCEEDED, State.LATE, State.MISMATCH}
ENDED = {State.FAILED, State.CANCELLED}
NOT_COME = {State.CREATED, State.PENDING, State.AUTHORISED} | ENDED

MOVES: dict[str, set[str]] = {
    State.CREATED: {State.PENDING, State.AUTHORISED} | CAME | ENDED,
    State.PENDING: {State.AUTHORISED} | CAME | ENDED,
    State.AUTHORISED: CAME | ENDED,
    # A bank may change its mind after a refusal; it never takes back a success by calling it a failure.
    State.FAILED: {State.AUTHORISED} | CAME,
    State.CANCELLED: {State.AUTHORISED} | CAME,
    State.SUCCEEDED: {State.REFUNDED, State.DISPUTED, State.LOST},
    State.LATE: {State.REFUNDED, State.DISPUTED, State.LOST},
    State.MISMATCH: {State.REFUNDED},
    # A refund may come back, and then it is what it was; a refunded card may still dispute.
    State.REFUNDED: {State.SUCCEEDED, State.MISMATCH, State.DISPUTED},
    State.DISPUTED: {State.SUCCEEDED, State.LOST},
    State.LOST: set(),
}


def move_payment(payment: Payment, to: str, *, at: datetime, detail: str = "", decline: str = "") -> None:
    """Put a locked payment into its next state. Raises ValueError for a move the table does not have.

    `decline` says why it was refused, as a code of declines.py; what comes after that forgets it.
    """
    if to not in MOVES[payment.state]:
        raise ValueError(f"A {payment.state} payment cannot become {to}.")
    payment.state, payment.detail, payment.decline, payment.changed_at = to, detail[:300], decline, at
    payment.save(update_fields=["state", "detail", "decline", "changed_at"])
