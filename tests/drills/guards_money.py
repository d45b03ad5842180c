"""Guards of disputes, refunds at the counter, documents, the pay page and what else belongs to money."""

from tests.drills.guard import NEVER, Guard, tests

WORKFLOW, ACTS = "repairs/workflow.py", "repairs/bench/acts.py"
DISPUTES, PAY_LEDGER = "shop/payments/disputes.py", "shop/payments/ledger.py"
REFUNDS, NIGHTLY, CAPTURING, SWEEP = (
    f"shop/payments/{name}.py" for name in ("refunds", "nightly", "capturing", "sweep")
)
JUDGING, SETTLING, PAYPAL = (f"shop/payments/{name}.py" for name in ("judging", "settling", "paypal"))
PAYPAL_REPORTS, OUR_BOOKS, CLOSING = (f"shop/payments/{name}.py" for name in ("paypal_reports", "our_books", "closing"))
STRIPE, STRIPE_MOVEMENTS = "shop/payments/stripe.py", "shop/payments/stripe_movements.py"
REFUND_AGAIN = "shop/payments/test_refund_again"
COMES_BACK, CLOSING_AGAIN = "shop/payments/test_money_that_comes_back", "shop/payments/test_closing_again"

PAYING = (
    Guard(
        "Nothing is handed over while a bank may take the money back",
        ((WORKFLOW, "if to == Status.COLLECTED and job.kept_back:", NEVER),),
        tests(
            "shop/test_disputes",
            "test_nothing_is_handed_over_while_the_bank_may_take_the_money_back",
            "test_an_inquiry_withholds_no_money_but_the_thing",
        ),
    ),
    Guard(
        "A thing is let go once every dispute about it is over",
        ((DISPUTES, "if balance(order).disputed == 0 and not _asked(order) - {about(event)}:", "if True:"),),
        tests("shop/test_disputes", "test_of_two_disputes_both_must_be_over"),
    ),
    Guard(
        "Who lets a disputed thing go must be allowed to change jobs",
        ((ACTS, 'permission_required = "repairs.change_job"', 'permission_required = "repairs.work_bench"'),),
        tests("shop/test_disputes", "test_who_may_change_jobs_lets_it_go_with_a_reason"),
    ),
    Guard(
        "What was told before its payment is judged again when that comes",
        ((PAY_LEDGER, "if early.update(state=PaymentEvent.State.RECEIVED, attempts=0):", NEVER),),
        tests("shop/test_disputes", "test_what_was_said_too_early_is_judged_again_when_the_money_comes"),
    ),
    Guard(
        "Who goes back from the shop to paying online is held to it again",
        (("shop/payments/switching.py", "visit.pay_first = visit.pay_first or visit.release_at is not None", "pass"),),
        tests(
            "shop/payments/test_switching",
            "test_who_goes_back_from_the_shop_to_paying_online_is_held_until_it_is_paid",
            "test_however_often_the_way_changes_the_visit_is_held_by_the_last_one",
        ),
    ),
    Guard(
        "A visit that was promised, paid for or begun is not held again",
        (
            (
                "shop/payments/switching.py",
                'if order.status != "awaiting-payment" or not visit.pay_first or '
                "visit.release_at is not None or came.exists():",
                NEVER,
            ),
        ),
        tests(
            "shop/payments/test_switching",
            "test_a_visit_that_was_promised_when_it_was_booked_is_not_lost_by_trying_to_pay_early",
            "test_a_deposit_that_was_put_down_keeps_the_visit",
            "test_a_thing_that_is_here_is_not_held_again",
        ),
    ),
    Guard(
        "Of why a card was declined only a code that we know is kept",
        (("shop/payments/declines.py", "if code in CARD:", "if code:"),),
        tests("shop/payments/test_what_customers_hear", "test_what_a_provider_wrote_is_never_kept_as_the_reason"),
    ),
    Guard(
        "A tracking link lets its holder pay its own order only",
        (("shop/checkout/payers.py", "filter(pk=linked, number=number,", "filter(number=number,"),),
        tests("shop/payments/test_paying_by_link", "test_a_link_opens_its_own_order_only"),
    ),
    Guard(
        "Money that a customer agreed to pay is not asked for again",
        (
            (
                "shop/checkout/open_sums.py",
                'order.visit.pay_by != "in_store" and promise is None,',
                'order.visit.pay_by != "in_store",',
            ),
        ),
        tests(
            "shop/payments/test_what_customers_hear",
            "test_money_that_paypal_is_taking_is_said_so_and_asked_for_nowhere",
        ),
    ),
    Guard(
        "A wrong sum whose refund comes back is a wrong sum again",
        (
            (REFUNDS, "    Kind.UNPLACED_BACK: Kind.UNPLACED_AGAIN,\n", ""),
            (REFUNDS, "    if _unplaced(payment) is None:\n", "    if True:\n"),
        ),
        tests(COMES_BACK, "test_a_wrong_sum_that_comes_back_is_a_wrong_sum_again_and_pays_nothing"),
    ),
    Guard(
        "A case that was handled is a case again when its money comes back",
        ((REFUNDS, "    handling.open_again(payment)\n", ""),),
        tests(COMES_BACK, "test_a_wrong_sum_that_comes_back_is_shown_to_staff_again_with_what_to_do"),
    ),
    Guard(
        "A wrong sum that came back is no movement of ours",
        ((OUR_BOOKS, "CAME_BACK = (Kind.REFUND_BACK, Kind.UNPLACED_AGAIN)", "CAME_BACK = (Kind.REFUND_BACK,)"),),
        tests(COMES_BACK, "test_a_wrong_sum_that_came_back_is_no_movement_and_in_no_till"),
    ),
    Guard(
        "A wrong sum that came back is not given back by the daily close",
        ((CLOSING, ", Kind.UNPLACED_AGAIN: -1", ""),),
        tests(COMES_BACK, "test_a_wrong_sum_that_came_back_is_no_movement_and_in_no_till"),
    ),
    Guard(
        "A refund that is done is asked about as long as it may come back",
        ((NIGHTLY, "Q(state=Refund.State.SENT) | done", "Q(state=Refund.State.SENT)"),),
        tests(COMES_BACK, "test_a_refund_that_was_done_and_came_back_unheard_is_found_at_night"),
    ),
    Guard(
        "What PayPal says of a refund that waits is not read as done",
        (
            (
                PAYPAL_REPORTS,
                ' else REFUND_KINDS.get(str(thing.get("status")), kind)',
                " else kind",
            ),
        ),
        tests(
            "shop/payments/test_paypal_webhooks",
            "TestWhatItSays::test_a_refund_is_believed_only_when_it_is_completed",
        ),
    ),
    Guard(
        "A refund that waits is reserved and not booked",
        ((JUDGING, 'if event.kind == "refund_pending":', NEVER),),
        tests(COMES_BACK, "test_a_refund_that_waits_is_reserved_and_booked_only_when_it_is_done"),
    ),
    Guard(
        "What was given up is asked to be closed until it is",
        ((SWEEP, "if capturing.close_again(payment, at=at):", NEVER),),
        tests(CLOSING_AGAIN, "test_a_lost_task_is_queued_again_until_the_bank_says_that_it_is_closed"),
    ),
    Guard(
        "What cannot be closed is shown to staff, and not asked for ever",
        ((CAPTURING, "if tries <= MOST_CLOSINGS:", "if True:"),),
        tests(
            CLOSING_AGAIN,
            "test_a_bank_that_never_answers_is_asked_less_and_less_often_and_then_staff_are_shown_it",
        ),
    ),
    Guard(
        "What the customer agreed to after all is not closed by an old wish",
        ((JUDGING, "    if payment.close_at is not None:", "    if False:"),),
        tests(CLOSING_AGAIN, "test_what_the_customer_agreed_to_after_all_is_not_closed_by_an_old_wish"),
    ),
    Guard(
        "Looking up and holding at PayPal share the time of one page",
        (
            (
                PAYPAL,
                'order = self.calls.ask("POST", path, {}, key=key, until=until)',
                'order = self.calls.ask("POST", path, {}, key=key)',
            ),
        ),
        tests("shop/payments/test_stumbling", "test_looking_up_and_holding_share_the_time_of_one_page"),
    ),
    Guard(
        "A refund that was tried before is looked for before it is sent",
        ((REFUNDS, "        again=again,\n", ""),),
        tests(
            REFUND_AGAIN,
            "test_a_refund_that_went_unheard_is_not_sent_again_when_its_key_is_forgotten",
            "test_nothing_is_sent_while_the_provider_cannot_say_what_went",
        ),
    ),
    Guard(
        "Of several refunds each is known by its own mark",
        (
            (STRIPE_MOVEMENTS, "if reports.metadata_of(row).get(reports.REFUND) == mark)", "if mark)"),
            (PAYPAL_REPORTS, 'if refund.get("invoice_id") == mark)', "if mark)"),
        ),
        tests(
            REFUND_AGAIN,
            "test_a_refund_that_never_went_is_sent_the_next_time",
        ),
    ),
    Guard(
        "What a bank holds in a dispute is not sent back as well",
        ((REFUNDS, "    if held and not again:\n", "    if False:\n"), (REFUNDS, "        only_look=held,\n", "")),
        tests(
            REFUND_AGAIN,
            "test_what_a_bank_holds_is_not_sent_and_is_free_again",
            "test_of_what_was_sent_before_the_dispute_the_provider_tells_whether_it_went",
        ),
    ),
    Guard(
        "A name that a provider does not look up is kept for staff",
        (
            (STRIPE, "intent_of=self.calls.named_intent)", "intent_of=self.calls.intent)"),
            (PAYPAL, "capture_of=self.calls.named_capture)", "capture_of=self.calls.capture)"),
        ),
        tests(REFUND_AGAIN, "test_news_of_a_name_that_cannot_be_looked_up_are_kept_for_staff"),
    ),
    Guard(
        "A bank's promise of another sum is given back",
        ((JUDGING, "    if wrong and _is_ours(event, payment):", "    if False:"),),
        tests(REFUND_AGAIN, "test_a_promise_of_another_sum_is_given_back_to_the_bank_and_shown_to_staff"),
    ),
    Guard(
        "A promise in another account, or of test money, closes no payment of ours",
        (
            (
                JUDGING,
                'return event.live == payment.live and (not payment.account or event.account in {"", payment.account})',
                "return True",
            ),
        ),
        tests(REFUND_AGAIN, "test_a_promise_made_elsewhere_closes_no_payment_of_ours"),
    ),
    Guard(
        "An order of which nothing is paid is not partly paid",
        ((SETTLING, 'if money.kept > 0 else "awaiting-payment"', ""),),
        tests("shop/test_no_show", "test_what_is_open_is_asked_no_more_and_asked_again")
        + tests(COMES_BACK, "test_a_wrong_sum_that_comes_back_is_a_wrong_sum_again_and_pays_nothing"),
    ),
)
