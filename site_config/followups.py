"""What happens after an event, as a table. The names may point into any room; they are resolved at start.

Each function takes the event's keyword arguments as its verb posts them and runs inside the verb's transaction:
it writes rows (messages, tasks), it never calls the outside world.
"""

AFTER: dict[str, tuple[str, ...]] = {
    "order.placed": ("shop.followups.confirm_order",),
    "payment.settled": (
        "shop.documents.after_payment",
        "shop.followups.send_receipt",
        "shop.payments.afterwards.hear_again",
    ),
    "payment.reported": ("shop.payments.afterwards.judge",),
    "payment.authorised": ("shop.payments.afterwards.take_or_let_go", "shop.followups.tell_promised"),
    "payment.abandoned": ("shop.payments.afterwards.let_go",),
    "payment.disputed": ("shop.payments.afterwards.keep_things_back",),
    "payment.dispute_closed": ("shop.payments.afterwards.let_things_go",),
    "refund.asked": ("shop.payments.afterwards.send_refund",),
    "payment.refunded": ("shop.documents.after_refund", "shop.followups.tell_refunded"),
    "payment.refund_failed": ("shop.documents.after_refund_failed", "shop.followups.warn_refund_failed"),
    "order.no_show": (
        "shop.payments.afterwards.take_promised",
        "shop.documents.after_no_show",
        "shop.followups.tell_no_show",
    ),
    "order.let_off": ("shop.documents.after_let_off",),
    "order.cancelled": ("shop.followups.tell_cancelled",),
    "order.released": ("shop.followups.tell_released",),
    "job.booked": (),
    "job.received": ("repairs.followups.tell_customer", "shop.payments.afterwards.take_on_arrival"),
    "job.diagnosing": ("repairs.followups.tell_customer",),
    "job.waiting_parts": ("repairs.followups.tell_customer",),
    "job.repairing": ("repairs.followups.tell_customer",),
    "job.testing": (),
    "job.ready": ("repairs.followups.tell_customer",),
    "job.collected": ("repairs.followups.tell_customer",),
    "job.cancelled": ("repairs.followups.tell_customer", "repairs.followups.free_visit"),
}
