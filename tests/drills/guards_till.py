"""Guards of the pay page, of refunds and missed visits at the counter, and of the same by API."""

from tests.drills.guard import NEVER, Guard, tests

STARTING, ATTEMPTS, RETURNING, SWITCHING = (
    f"shop/payments/{name}.py" for name in ("starting", "attempts", "returning", "switching")
)
PAYING, BACK, STATES = "shop/checkout/paying.py", "shop/checkout/coming_back.py", "shop/pay_states.py"
MISSED, REFUNDS, CANCELLING = "shop/no_show.py", "shop/payments/refunds.py", "shop/cancelling.py"
STEPS, GIVING, TILL = "shop/counter/steps.py", "shop/counter/giving_back.py", "api/v1/bench_money.py"
START, PAGE = "shop/test_starting", "shop/payments/test_pay_page"
NO_SHOW, COUNTER, API = "shop/test_no_show", "shop/test_counter_money", "api/test_bench_money"


def row(name: str, file: str, old: str, new: str, where: str, *red: str) -> Guard:
    """A guard of one line."""
    return Guard(name, ((file, old, new),), tests(where, *red))


PAY_PAGE = (
    row(
        "An attempt keeps its kind of page, for its key demands it",
        STARTING,
        " and payment.hosted == hosted:",
        ":",
        START,
        "test_the_other_kind_of_page_is_another_attempt_and_the_first_is_closed",
    ),
    row(
        "An attempt that its provider has forgotten is not used again",
        STARTING,
        "return at - payment.created_at < providers.named(payment.provider).lasts",
        "return True",
        START,
        "test_an_attempt_that_its_provider_has_forgotten_is_given_up",
    ),
    row(
        "What is opened after we gave it up is closed there",
        STARTING,
        "elif row.state == Payment.State.CANCELLED:",
        "elif False:",
        START,
        "test_an_answer_that_comes_after_the_attempt_was_given_up_is_closed_at_the_bank",
    ),
    row(
        "Asking again does not ask the provider again",
        STARTING,
        "    if payment.state == Payment.State.CREATED:\n",
        "    if payment.state in attempts.OPEN:\n",
        START,
        "test_asking_again_is_answered_from_the_row_without_the_bank",
    ),
    row(
        "One key always goes with the same words",
        STARTING,
        "with translation.override(language):",
        "if True:",
        START,
        "test_the_bank_is_asked_in_the_customers_language_whoever_asks",
    ),
    row(
        "A declined attempt is closed before the next is opened",
        ATTEMPTS,
        "Q(state__in=OPEN) | declined",
        "Q(state__in=OPEN)",
        PAGE,
        "test_a_declined_payment_says_why_and_is_tried_again_on_one_press",
    ),
    row(
        "A good card after a bad one counts",
        RETURNING,
        "payment.state in NOT_COME",
        'payment.state in {"created", "pending"}',
        PAGE,
        "test_a_good_card_after_a_bad_one_counts_although_we_heard_of_the_bad_one_first",
    ),
    row(
        "Only ways that the shop offers can be chosen",
        SWITCHING,
        "if provider not in providers.ways_of(visit.site.shop):",
        NEVER,
        PAGE,
        "test_a_way_that_the_shop_does_not_offer_changes_nothing",
    ),
    row(
        "A promise of the bank is not given up for another way",
        SWITCHING,
        " or attempts.promised(locked) is not None:",
        ":",
        PAGE,
        "test_a_promise_of_the_bank_is_not_given_up_for_another_way",
    ),
    row(
        "No second payment is offered while the first may succeed",
        PAYING,
        '[] if state in {"confirming", "odd", "gone"} else pay_states.ways(order)',
        "pay_states.ways(order)",
        PAGE,
        "test_while_the_bank_is_silent_the_page_waits_and_offers_no_second_payment",
    ),
    row(
        "A provider's script is let in with its own payment only",
        STATES,
        ' if state == "here" else {}',
        "",
        PAGE,
        "test_stripes_script_is_named_and_let_in_on_this_page_with_its_own_payment_only",
    ),
    row(
        "Many windows ask the provider as often as one",
        BACK,
        'if cache.add(f"pay-asked:{payment.pk}", 1, EVERY):',
        "if True:",
        PAGE,
        "test_a_bank_is_asked_by_many_windows_as_often_as_by_one",
    ),
)

AT_THE_TILL = (
    row(
        "Only a visit that is over and was missed costs its fee",
        MISSED,
        "if not (is_over(order, at=at) and cancelling.still_to_come(order, [job.status for job in jobs])):",
        NEVER,
        NO_SHOW,
        "test_a_visit_that_is_not_over_was_not_missed",
        "test_a_thing_that_came_was_not_missed",
    ),
    row(
        "The fee is never above the shop's own",
        MISSED,
        "if not ZERO <= fee <= top:",
        NEVER,
        NO_SHOW,
        "test_a_fee_above_the_shops_own_or_below_nothing_is_refused",
    ),
    row(
        "What is on its way back does not go back again",
        MISSED,
        "held = money.kept - refunds.on_its_way(order)",
        "held = money.kept",
        NO_SHOW,
        "test_what_is_on_its_way_back_already_does_not_go_back_twice",
    ),
    row(
        "Only the fee is taken of what the bank promised",
        MISSED,
        'payment.amount, payment.capture = part, "now"',
        'payment.capture = "now"',
        NO_SHOW,
        "test_only_the_fee_is_taken_of_what_the_bank_promised",
    ),
    row(
        "Disputed money is not given back as well",
        REFUNDS,
        "if payment.state in AT_THE_BANK:",
        NEVER,
        API,
        "test_disputed_money_is_a_conflict",
    ),
    row(
        "Calling off gives back no money that a bank holds",
        CANCELLING,
        ".exclude(state__in=apart)",
        "",
        NO_SHOW,
        "test_money_that_a_bank_holds_in_a_dispute_is_not_given_back_as_well",
    ),
    row(
        "Giving money back needs its permission",
        STEPS,
        '("repairs.see_bench", "shop.add_refund")',
        '("repairs.see_bench",)',
        COUNTER,
        "test_who_may_not_give_money_back_sees_no_buttons_and_is_turned_away",
    ),
    row(
        "Money goes back after a person has read what goes where",
        STEPS,
        'if request.POST.get("act") != "do":',
        NEVER,
        COUNTER,
        "test_a_refund_is_read_back_before_it_is_done",
    ),
    row(
        "By API too, giving money back needs its permission",
        TILL,
        " and request.user.has_perm(wanted)",
        "",
        API,
        "test_each_permission_is_needed",
    ),
    row(
        "A shop's staff see no other shop's money",
        TILL,
        "filter(site=self.site, order__number=number)",
        "filter(order__number=number)",
        API,
        "test_another_shops_orders_are_not_found",
    ),
    row(
        "A refund is asked once although the kept answer is lost",
        TILL,
        'once=digest("refund", caller_of(request), key, payment.reference, str(amount)),',
        'once="",',
        API,
        "test_the_same_key_gives_back_once_even_when_the_kept_answer_is_lost",
    ),
    row(
        "A sum in another currency is not taken for one in ours",
        TILL,
        'if asked["currency"].upper() != currency:',
        NEVER,
        API,
        "test_what_does_not_fit_the_payment_is_refused_with_its_field",
    ),
    row(
        "A job that ended with its order is not taken up again",
        "repairs/workflow.py",
        'if last.data.get("because") in ENDED_WITH_ITS_ORDER:',
        NEVER,
        "shop/test_cancelling",
        "test_a_job_whose_order_was_called_off_is_not_taken_up_again",
    ),
    row(
        "A promise for what was paid another way is given back",
        "shop/payments/capturing.py",
        "if not balance(payment.order).open:",
        NEVER,
        "shop/test_cancelling",
        "test_a_promise_for_what_was_paid_another_way_is_given_back",
        "test_a_promise_that_nobody_gave_back_is_never_taken_once_the_order_is_paid",
    ),
)
