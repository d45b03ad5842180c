"""Guards of payments that are begun, taken and given back at providers, of whose word is believed, and of the till."""

from tests.drills.guard import NEVER, POSTGRES, row

STRIPE, PAYPAL, JUDGING = (f"shop/payments/{name}.py" for name in ("stripe", "paypal", "judging"))
STARTING, CAPTURING, REFUNDS = (f"shop/payments/{name}.py" for name in ("starting", "capturing", "refunds"))
CLOSING, CANCELLING, PRODUCTION = "shop/payments/closing.py", "shop/cancelling.py", "site_config/settings/production.py"
SIGNED, CASES, CLOSE = "shop/payments/test_stripe_webhooks", "shop/payments/test_cases", "shop/test_day_close"
WEBHOOKS, START, LEDGER = "shop/payments/test_paypal_webhooks", "shop/test_starting", "shop/test_ledger"
ANEW = "__import__('uuid').uuid4().hex"  # a key that is another one each time

BELIEVING = (
    row(
        "Stripe's word is believed with Stripe's signature",
        STRIPE,
        "            stripe.WebhookSignature.verify_header(body, signature, secret)\n",
        "            pass\n",
        SIGNED,
        "test_anything_else_is_a_bad_signature",
        "test_while_secrets_change_both_are_good_and_a_former_one_is_not",
    ),
    row(
        "Stripe's signature is good for five minutes either way",
        STRIPE,
        "if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:",
        NEVER,
        CASES,
        "test_27_what_was_signed_long_ago_or_in_the_future_is_turned_away",
    ),
    row(
        "PayPal's word is believed when PayPal says that it is theirs",
        PAYPAL,
        'if found.get("verification_status") != "SUCCESS":',
        NEVER,
        WEBHOOKS,
        "TestWhoSentIt::test_nothing_but_success_is_success",
        "TestWhoSentIt::test_a_forged_signature_is_turned_away",
        "TestWhoSentIt::test_a_body_that_was_changed_or_encoded_again_is_turned_away",
    ),
    row(
        "PayPal's word is not of another week, nor from the future",
        PAYPAL,
        "if not -NEWEST <= at - sent <= OLDEST:",
        NEVER,
        WEBHOOKS,
        "TestWhoSentIt::test_a_message_may_be_as_old_as_paypal_sends_it_again",
    ),
    row(
        "A certificate that lies elsewhere is not PayPal's",
        PAYPAL,
        'if not _is_paypals(signed["cert_url"], api_base):',
        NEVER,
        WEBHOOKS,
        "TestWhoSentIt::test_a_certificate_from_elsewhere_is_turned_away_and_nobody_is_asked",
    ),
    row(
        "Money that came to another account does not pay",
        JUDGING,
        "if event.account and payment.account and event.account != payment.account:",
        NEVER,
        CASES,
        "test_28_money_that_is_not_what_was_asked_does_not_pay_and_staff_see_it",
    ),
    row(
        "Money under another name does not pay",
        JUDGING,
        'return ODD, _("It speaks of our payment %(ours)s under another name.") % {"ours": payment.reference}\n',
        "pass\n",
        LEDGER,
        "test_a_payment_under_another_name_does_not_pay",
    ),
    row(
        "No provider speaks for another's payment",
        "shop/payments/ledger.py",
        "rows = Payment.objects.filter(provider=event.provider)",
        "rows = Payment.objects.all()",
        LEDGER,
        "test_another_provider_cannot_speak_for_a_payment",
    ),
    row(
        "A payment that was reported wrong stays wrong",
        JUDGING,
        "    if payment.state == State.MISMATCH:\n",
        "    if False:\n",
        LEDGER,
        "test_a_mismatch_stays_one_when_a_right_event_follows",
    ),
    row(
        "Test keys take no real customer's order",
        PRODUCTION,
        'problems += [f"{name} has test keys: real customers would pay nothing." for name in TEST_PAYMENTS]',
        "pass",
        "shop/payments/test_provider_settings",
        "test_keys_and_addresses_that_take_no_money_do_not_start_production",
    ),
)

MOVING = (
    row(
        "A payment is begun outside any transaction",
        STARTING,
        "with transaction.atomic(durable=True):",
        "with transaction.atomic():",
        START,
        "test_a_payment_is_never_started_inside_a_transaction",
    ),
    row(
        "Two windows begin one payment (order's lock)",
        STARTING,
        "order = Order.objects.select_for_update().get(pk=order_id)",
        "order = Order.objects.get(pk=order_id)",
        START,
        "test_four_starts_at_once_open_one_payment_at_the_bank",
        on=POSTGRES,
    ),
    row(
        "A payment is begun under one key however often",
        STARTING,
        'idempotency_key=f"{order.number}-{payment.attempt}",',
        f"idempotency_key={ANEW},",
        CASES,
        "test_25_a_start_whose_answer_is_lost_is_the_same_payment_the_next_time",
    ),
    row(
        "Promised money is taken under one key however often",
        CAPTURING,
        'idempotency_key=f"{payment.reference}-capture",',
        f"idempotency_key={ANEW},",
        "shop/payments/test_capturing",
        "test_money_whose_taking_was_not_answered_is_taken_under_the_same_key",
    ),
    row(
        "Money goes back under one key however often",
        REFUNDS,
        "idempotency_key=refund.reference,",
        f"idempotency_key={ANEW},",
        "shop/test_refunds",
        "test_a_refund_that_is_sent_twice_by_two_workers_moves_money_once",
    ),
    row(
        "What PayPal was asked for under the same key with another sum is not this payment",
        PAYPAL,
        "if reports.sum_of(reports.unit_of(order)) != (ask.amount, ask.currency):",
        NEVER,
        "shop/payments/test_paypal",
        "test_the_same_key_gives_the_same_answer_so_other_money_is_seen_by_us",
    ),
    row(
        "No more than was paid is kept as a fee, and no less than nothing",
        CANCELLING,
        "if not Decimal(0) <= keep <= held:",
        NEVER,
        "shop/test_cancelling",
        "test_a_fee_below_nothing_or_above_what_was_paid_is_refused",
    ),
)

THE_DAY = (
    row(
        "A day is closed once",
        CLOSING,
        "            if before is not None:\n",
        "            if False:\n",
        CLOSE,
        "test_a_day_before_the_last_close_cannot_be_closed",
    ),
    row(
        "Two people close one after the other (lock of the shop)",
        CLOSING,
        "SiteShop.objects.select_for_update().get(site=site)",
        "SiteShop.objects.get(site=site)",
        CLOSE,
        "test_of_two_people_who_close_at_once_one_is_told_about_the_other",
        on=POSTGRES,
    ),
    row(
        "Nobody closes another till than the one shown",
        CLOSING,
        "if {row.currency: row.expected for row in rows} != seen:",
        NEVER,
        CLOSE,
        "test_a_difference_needs_a_note_and_a_changed_till_is_shown_again",
    ),
    row(
        "No money counts to two days",
        CLOSING,
        "        if pk in taken:\n",
        "        if False:\n",
        CLOSE,
        "test_what_comes_after_the_close_counts_to_the_next_one_and_nothing_twice",
    ),
    row(
        "The till is closed by those who may",
        "shop/counter/day_close.py",
        'permission_required = "shop.add_dayclose"\n    template_name',
        "permission_required = ()\n    template_name",
        CLOSE,
        "test_the_till_is_for_those_who_may_close_it",
    ),
    row(
        "Handling a case of money takes more than looking",
        "shop/counter/odd.py",
        'permission_required = "shop.add_payment"',
        'permission_required = "shop.view_payment"',
        "shop/test_odd",
        "test_handling_takes_more_than_looking",
    ),
)

ONE, LETTERS = "shop/payments/test_one_payment_at_a_time", "shop/payments/test_odd_letters"
ONE_WAY = (
    row(
        "Money that came closes what could be paid besides",
        "shop/payments/settling.py",
        "        if other.pk != payment.pk:",
        "        if False:",
        ONE,
        "test_money_at_the_counter_closes_what_is_open_in_a_window",
    ),
    row(
        "Late news of a declined card leave the promise of the next one",
        JUDGING,
        "    if promised and _before_the_promise(event):",
        "    if False:",
        ONE,
        "test_late_news_of_a_declined_card_do_not_take_the_promise_of_the_next_one_away",
    ),
    row(
        "A fault that is kept under a key does not lock the customer out",
        STARTING,
        "isinstance(error, Refused) or error.remembered",
        "isinstance(error, Refused)",
        ONE,
        "test_a_fault_that_is_kept_under_a_key_does_not_lock_the_customer_out",
    ),
    row(
        "The money of a lost dispute goes once",
        JUDGING,
        '    if event.kind == "reversed" and disputes.pays(event, payment):',
        "    if False:",
        ONE,
        "test_a_dispute_that_is_lost_takes_the_money_once_though_paypal_reverses_the_capture_too",
    ),
    row(
        "Who paid and with what stays with the provider",
        "shop/payments/inbox.py",
        " if name not in PRIVATE}",
        "}",
        LETTERS,
        "test_who_paid_and_with_what_stays_with_the_provider",
    ),
    row(
        "Strangers' letters do not decide whether customers' calls are made",
        "shop/payments/patience.py",
        "elif not anyway:",
        "else:",
        "shop/payments/test_stumbling",
        "test_strangers_letters_do_not_stop_the_calls_of_customers",
    ),
)
