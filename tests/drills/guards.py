"""What guards us, each with the change that takes it away and the tests that then go red.

A newcomer reads here what must not be lost. `old` is the guard as it stands in the file, `new` the same place without
it. Some guards stand twice (a lock and a row count, say), so that one alone is not missed; then both go in one row.
"""

from tests.drills.guard import BOTH, NEVER, POSTGRES, Guard, tests
from tests.drills.guards_documents import PAPERS
from tests.drills.guards_doors import DOORS
from tests.drills.guards_money import PAYING
from tests.drills.guards_providers import BELIEVING, MOVING, ONE_WAY, THE_DAY
from tests.drills.guards_till import AT_THE_TILL, PAY_PAGE

BOOKING, PLACEMENT, ROWS = "repairs/booking.py", "shop/placement.py", "shop/order_rows.py"
BILL = "shop/bill.py"
LEDGER, INBOX, RELEASE, DEMO = (f"shop/payments/{name}.py" for name in ("ledger", "inbox", "release", "demo"))
JUDGING, SETTLING, MOVES, REFUNDS = (f"shop/payments/{name}.py" for name in ("judging", "settling", "moves", "refunds"))
CLAIMS, OUTBOX = "notifications/claims.py", "notifications/outbox.py"
URLS, PROCESSING = "site_config/urls.py", "shop/order/processing.py"
LINKS, KEEPING = "shop/draft_links.py", "repairs/photos/keeping.py"

TIME = (
    Guard(
        "A taken time is not overwritten",
        ((BOOKING, "WHERE {table}.expires_at <= %s RETURNING", "WHERE %s IS NOT NULL RETURNING"),),
        tests("repairs/test_booking", "test_of_twenty_bookers_for_one_seat_one_wins_and_nineteen_hear_the_next_times")
        + tests("api/test_races", "test_twenty_callers_for_one_seat_are_one_hold_and_nineteen_polite_refusals"),
        BOTH,
    ),
    Guard(
        "A visit that is not whole is no hold",
        (
            (
                BOOKING,
                "if _occupy(taken, wanted=wanted, at=at) != len(wanted):",
                "if not _occupy(taken, wanted=wanted, at=at) + 1:",
            ),
        ),
        tests("repairs/test_booking", "test_of_twenty_bookers_for_one_seat_one_wins_and_nineteen_hear_the_next_times")
        + tests("repairs/test_booking", "test_overlapping_lengths_in_a_race_never_share_a_cell"),
        BOTH,
    ),
    Guard(
        "A hold that lost its time is not confirmed",
        ((BOOKING, "if have != len(slots.cells(hold.starts_at, hold.ends_at)):", "if not kept:"),),
        tests(
            "repairs/test_booking",
            "test_losing_a_part_of_an_expired_visit_is_losing_it",
            "test_an_expired_hold_is_taken_over_and_its_confirmation_refused",
        )
        + tests("shop/test_placement", "test_a_time_that_somebody_else_took_meanwhile_is_refused"),
        BOTH,
    ),
    Guard(
        "A hold is confirmed once",
        (
            (
                BOOKING,
                "kept = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD)",
                "kept = Hold.objects.filter(pk=hold.pk)",
            ),
        ),
        tests("repairs/test_booking", "test_a_hold_is_confirmed_once"),
    ),
    Guard(
        "A held time is not renewed for ever",
        (
            (
                BOOKING,
                "until = min(at + span, hold.created_at + RENEWED_AT_MOST * span)",
                "until = at + span",
            ),
        ),
        tests("repairs/test_renewal", "test_renewing_ends_at_four_spans_from_the_beginning"),
    ),
    Guard(
        "A held time is not renewed once somebody took any of it",
        (
            (
                BOOKING,
                'if len(mine.values_list("pk", flat=True)) != len(slots.cells(hold.starts_at, hold.ends_at)):',
                NEVER,
            ),
        ),
        tests("repairs/test_renewal", "test_a_time_that_somebody_took_a_part_of_is_never_kept_again"),
    ),
)

ORDERS = (
    Guard(
        "Only the published version of the terms is agreed to",
        (("shop/consent.py", "if shown != (now.terms_version, now.privacy_version):", NEVER),),
        tests(
            "shop/test_checkout_steps",
            "test_terms_that_changed_meanwhile_are_shown_and_asked_again",
            "test_a_made_up_version_is_not_agreed_to",
        ),
    ),
    Guard(
        "Nothing is ordered without agreeing to the terms",
        (("shop/consent.py", "if not agreed:", NEVER),),
        tests("shop/test_checkout_steps", "test_nothing_is_ordered_without_agreeing"),
    ),
    Guard(
        "Codes are not guessed for ever",
        (("shop/guesses.py", "if most and max(", "if not most and max("),),
        tests(
            "shop/test_checkout_steps",
            "test_after_ten_wrong_codes_an_hour_no_code_is_tried",
            "test_a_new_browser_of_the_same_person_does_not_start_from_nought",
        ),
    ),
    Guard(
        "A basket is locked while it is ordered",
        ((PLACEMENT, 'Basket.objects.select_for_update(of=("self",))', "Basket.objects.all()"),),
        tests("shop/test_races", "test_one_basket_submitted_eight_times_at_once_is_one_order")
        + tests("api/test_races", "test_one_basket_ordered_eight_times_at_once_is_one_order"),
        POSTGRES,
    ),
    Guard(
        "A basket that was ordered answers with its order",
        ((PLACEMENT, "if locked.status != Basket.OPEN:", NEVER),),
        tests("shop/test_races", "test_one_basket_submitted_eight_times_at_once_is_one_order")
        + tests("api/test_races", "test_one_basket_ordered_eight_times_at_once_is_one_order"),
        BOTH,
    ),
    Guard(
        "A price is used for one order (count of rows)",
        (
            (
                ROWS,
                "if Quote.objects.filter(pk__in=ids, redeemed_order=None).update(redeemed_order=order) != len(ids):",
                "if not Quote.objects.filter(pk__in=ids).update(redeemed_order=order):",
            ),
        ),
        tests("shop/test_races", "test_one_quote_in_two_baskets_ordered_at_once_is_one_order"),
        POSTGRES,
    ),
    Guard(
        "A price is used for one order (look before, and count of rows)",
        (
            (
                "shop/quotes.py",
                "    if quote.redeemed_order_id is not None:\n        raise",
                f"    {NEVER}\n        raise",
            ),
            (
                ROWS,
                "if Quote.objects.filter(pk__in=ids, redeemed_order=None).update(redeemed_order=order) != len(ids):",
                "if not Quote.objects.filter(pk__in=ids).update(redeemed_order=order):",
            ),
        ),
        tests("shop/test_races", "test_one_quote_in_two_baskets_ordered_at_once_is_one_order")
        + tests("shop/test_placement", "test_one_quote_in_two_baskets_is_ordered_once"),
    ),
    Guard(
        "Nobody pays another total than the one shown",
        ((BILL, "if shown_total is not None and total.incl_tax != shown_total:", NEVER),),
        tests("shop/test_placement", "test_a_total_that_was_not_on_the_screen_is_refused")
        + tests("shop/test_checkout", "test_a_moved_price_is_said_and_the_new_total_can_be_ordered")
        + tests("api/test_booking", "test_a_total_that_moved_is_not_ordered"),
    ),
    Guard(
        "A single-use voucher is locked while it is used",
        ((BILL, "in Voucher.objects.select_for_update().filter(", "in Voucher.objects.filter("),),
        tests("shop/test_races", "test_a_single_use_voucher_in_two_baskets_at_once_gives_one_discount"),
        POSTGRES,
    ),
    Guard(
        "A used-up voucher is dropped",
        ((BILL, "            basket.vouchers.remove(voucher)", "            continue"),),
        tests("shop/test_placement", "test_a_used_up_voucher_moves_the_price_and_then_lets_the_order_through"),
    ),
    Guard(
        "Nobody sets a money status by hand in the dashboard",
        (
            (
                PROCESSING,
                'raise PaymentError(_("The status follows the money. Take a payment or give a refund instead."))',
                "super().handle_order_status_change(order, new_status, note_msg)",
            ),
        ),
        tests("shop/test_dashboard", "test_nobody_sets_a_money_status_by_hand"),
    ),
    Guard(
        "Nobody notes a payment by hand in the dashboard",
        (
            (
                PROCESSING,
                'raise PaymentError(_("Payments are taken and given back through the ledger, not noted here."))',
                "super().handle_payment_event(order, event_type, amount, *args, **kwargs)",
            ),
        ),
        tests("shop/test_dashboard", "test_nobody_sets_a_money_status_by_hand"),
    ),
    Guard(
        "The same Idempotency-Key does it once",
        (
            (
                "api/idempotency.py",
                "WHERE api_idempotencyrow.created_at < %s\n",
                "WHERE TRUE OR api_idempotencyrow.created_at < %s\n",
            ),
        ),
        tests("api/test_races", "test_one_key_eight_times_at_once_does_it_once")
        + tests(
            "api/test_idempotency",
            "test_the_same_request_again_gets_the_kept_answer",
            "test_a_request_that_is_still_at_work_answers_in_flight",
        ),
        BOTH,
    ),
)

MONEY = (
    Guard(
        "A provider's report is kept once",
        ((INBOX, "event_id=report.event_id[:200],", 'event_id=f"{report.event_id[:150]}-{id(report)}-{at}",'),),
        tests(
            "shop/test_inbox",
            "test_the_same_webhook_ten_times_is_answered_ten_times_and_kept_once",
            "test_return_and_webhook_at_the_same_instant_are_one_settlement_and_one_receipt",
        ),
        BOTH,
    ),
    Guard(
        "A report is judged by one worker (event's lock)",
        ((LEDGER, "PaymentEvent.objects.select_for_update().get(", "PaymentEvent.objects.get("),),
        tests("shop/test_inbox", "test_three_equal_webhooks_in_parallel_are_one_settlement"),
        POSTGRES,
    ),
    Guard(
        "Two payments of one order are judged one after the other (order's lock)",
        (
            (
                LEDGER,
                "order = Order.objects.select_for_update().get(pk=found.order_id)",
                "order = Order.objects.get(pk=found.order_id)",
            ),
        ),
        tests("shop/test_inbox", "test_two_payments_of_one_order_reported_at_once_are_added_up"),
        POSTGRES,
    ),
    Guard(
        "Money is recorded once (unique key of the ledger)",
        (
            (
                SETTLING,
                'return f"paid:{payment.provider}:{payment.provider_id or payment.reference}"',
                "return str(object())",
            ),
        ),
        tests("shop/test_ledger", "test_money_that_was_recorded_is_not_recorded_again_by_whoever_asks"),
        BOTH,
    ),
    Guard(
        "Return and webhook at once are one settlement (all locks, state and key)",
        (
            (LEDGER, "PaymentEvent.objects.select_for_update().get(", "PaymentEvent.objects.get("),
            (
                LEDGER,
                "order = Order.objects.select_for_update().get(pk=found.order_id)",
                "order = Order.objects.get(pk=found.order_id)",
            ),
            (
                LEDGER,
                "payment = Payment.objects.select_for_update().get(pk=found.pk)",
                "payment = Payment.objects.get(pk=found.pk)",
            ),
            (LEDGER, "if event.state != PaymentEvent.State.RECEIVED:", NEVER),
            (JUDGING, "if payment.state not in NOT_COME | {State.MISMATCH}:", NEVER),
            (MOVES, "if to not in MOVES[payment.state]:", NEVER),
            (
                SETTLING,
                'return f"paid:{payment.provider}:{payment.provider_id or payment.reference}"',
                'return f"{object()} {id(payment)}"',
            ),
        ),
        tests("shop/test_inbox", "test_return_and_webhook_at_the_same_instant_are_one_settlement_and_one_receipt"),
        BOTH,
    ),
    Guard(
        "The amount is the one asked for",
        ((JUDGING, "if event.amount != payment.amount or event.currency", "if event.currency"),),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
    ),
    Guard(
        "The currency is the one asked for",
        (
            (
                JUDGING,
                "if event.amount != payment.amount or event.currency != payment.currency:",
                "if event.amount != payment.amount:",
            ),
        ),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
    ),
    Guard(
        "Test money does not pay for real, nor real money for a test",
        ((JUDGING, "if event.live != payment.live:", NEVER),),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
    ),
    Guard(
        "A bank's promise of another sum is not taken",
        (
            (
                JUDGING,
                "        return ODD, wrong\n    move_payment(payment, State.AUTHORISED",
                "        pass\n    move_payment(payment, State.AUTHORISED",
            ),
        ),
        tests("shop/test_deposits", "test_a_promise_of_another_sum_is_shown_to_staff_and_not_taken"),
    ),
    Guard(
        "No more goes back than came",
        ((REFUNDS, "if not Decimal(0) < amount <= left(payment):", NEVER),),
        tests(
            "shop/test_refunds",
            "test_more_than_came_or_nothing_is_refused_before_anybody_is_asked",
            "test_what_is_on_its_way_cannot_be_asked_for_twice",
        ),
    ),
    Guard(
        "A refund's form that is sent twice gives back once",
        ((REFUNDS, "if before is not None:", NEVER),),
        tests("shop/test_refunds", "test_a_form_that_is_sent_twice_gives_back_once"),
    ),
    Guard(
        "A refund that is known is not recorded again",
        ((REFUNDS, "if (refund is not None and refund.state == State.DONE) or", "if"),),
        tests("shop/test_refunds", "test_the_webhook_of_our_own_refund_is_not_a_second_one"),
    ),
    Guard(
        "Two people do not give the same money back (lock of the payment)",
        (
            (
                REFUNDS,
                "        payment = Payment.objects.select_for_update().get(pk=payment.pk)\n        before",
                "        payment = Payment.objects.get(pk=payment.pk)\n        before",
            ),
            (
                REFUNDS,
                "order = Order.objects.select_for_update().get(pk=payment.order_id)\n        payment = ",
                "order = Order.objects.get(pk=payment.order_id)\n        payment = ",
            ),
        ),
        tests("shop/test_refunds", "test_eight_people_who_give_all_of_it_back_at_once_give_it_back_once"),
        POSTGRES,
    ),
    Guard(
        "An order is called off once",
        (("shop/cancelling.py", "if not still_to_come(order, [job.status for job in jobs]):", NEVER),),
        tests("shop/test_cancelling", "test_what_was_paid_goes_back_once"),
    ),
    Guard(
        "A webhook is signed",
        ((DEMO, "if not hmac.compare_digest(expected.encode(), given.encode()):", NEVER),),
        tests("shop/test_inbox", "test_a_webhook_that_is_not_signed_as_it_stands_is_400_and_writes_nothing"),
    ),
    Guard(
        "A signature is good for five minutes",
        ((DEMO, "if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:", NEVER),),
        tests("shop/test_inbox", "test_a_webhook_that_is_not_signed_as_it_stands_is_400_and_writes_nothing")
        + tests("shop/test_demo_provider", "TestDemo::test_a_signature_holds_for_five_minutes_either_way"),
    ),
    Guard(
        "The counter takes no more than is open",
        ((LEDGER, "if not Decimal(0) < amount <= money.open:", NEVER),),
        tests(
            "shop/test_counter",
            "test_no_more_than_is_open_can_be_taken",
            "test_two_people_taking_all_that_is_open_at_once_take_it_once",
        ),
        BOTH,
    ),
    Guard(
        "Two at the counter wait for each other (order's lock)",
        (
            (
                LEDGER,
                "order = Order.objects.select_for_update().get(pk=order.pk)",
                "order = Order.objects.get(pk=order.pk)",
            ),
        ),
        tests("shop/test_counter", "test_two_people_taking_all_that_is_open_at_once_take_it_once"),
        POSTGRES,
    ),
    Guard(
        "A release and a payment wait for each other (locks of order and visit)",
        (
            (
                RELEASE,
                "order = Order.objects.select_for_update().get(pk=order_id)",
                "order = Order.objects.get(pk=order_id)",
            ),
            (
                RELEASE,
                "visit = OrderVisit.objects.select_for_update().get(pk=order_id)",
                "visit = OrderVisit.objects.get(pk=order_id)",
            ),
        ),
        tests("shop/test_release", "test_a_payment_that_comes_in_the_middle_of_a_release_waits_for_its_end"),
        POSTGRES,
    ),
    Guard(
        "Only what still waits for its money is released",
        (
            (
                RELEASE,
                'if order.status != "awaiting-payment" or visit.release_at is None or visit.release_at > at:',
                NEVER,
            ),
        ),
        tests("shop/test_release", "test_an_order_that_was_paid_since_it_was_listed_is_not_released"),
    ),
)

MESSAGES = (
    Guard(
        "A message is claimed by one worker (rows skipped while another takes them)",
        ((CLAIMS, "rows = rows.select_for_update(skip_locked=True)", "rows = rows.all()"),),
        tests("notifications/test_outbox_races", "test_six_workers_send_sixty_messages_once_each"),
        POSTGRES,
    ),
    Guard(
        "A message is claimed by one worker (in one transaction)",
        ((CLAIMS, "    with transaction.atomic():\n        rows = model", "    if True:\n        rows = model"),),
        tests("notifications/test_outbox_races", "test_six_workers_send_sixty_messages_once_each"),
    ),
    Guard(
        "A worker whose claim ran out sends nothing",
        (
            (
                CLAIMS,
                "filter(pk=row.pk, status=row.Status.SENDING, claimed_until=row.claimed_until)",
                "filter(pk=row.pk)",
            ),
        ),
        tests("notifications/test_outbox", "test_a_slow_worker_whose_claim_ran_out_sends_nothing"),
    ),
    Guard(
        "A message that killed its worker twice is given up",
        ((OUTBOX, "lost = [row for row in taken if row.error", "lost = [row for row in () if row.error"),),
        tests("notifications/test_outbox", "test_a_worker_killed_while_sending_makes_one_duplicate_at_most"),
    ),
    Guard(
        "The same news is one message",
        (
            (
                OUTBOX,
                'dedupe_key=f"{dedupe_key}:{channel}",',
                "dedupe_key=f\"{id(channel)}:{__import__('uuid').uuid4()}\",",
            ),
        ),
        tests("notifications/test_outbox", "test_posting_twice_makes_one_message")
        + tests("notifications/test_outbox_races", "test_the_same_news_posted_by_twenty_at_once_is_one_message"),
        BOTH,
    ),
)

BENCH = (
    Guard(
        "Who acts on an old page is told so",
        (("repairs/workflow.py", "if expected and job.status != expected:", NEVER),),
        tests("repairs/test_workflow", "test_who_acts_on_an_old_page_is_told_so")
        + tests("repairs/test_workflow", "test_two_staff_who_move_a_job_at_once_make_one_change"),
        BOTH,
    ),
    Guard(
        "A job is moved by one person at a time (job's lock)",
        (
            (
                "repairs/history.py",
                'Job.objects.select_for_update(of=("self",)).select_related(',
                "Job.objects.select_related(",
            ),
        ),
        tests(
            "repairs/test_workflow",
            "test_two_staff_who_move_a_job_at_once_make_one_change",
            "test_notes_written_at_once_get_numbers_without_gap_or_double",
        ),
        POSTGRES,
    ),
    Guard(
        "A withdrawn tracking link opens nothing",
        (
            (
                "repairs/tracking.py",
                'jobs.filter(reference=named["j"], link_version=named["v"])',
                'jobs.filter(reference=named["j"])',
            ),
        ),
        tests("repairs/test_tracking", "test_a_revoked_link_opens_nothing_and_a_new_one_does")
        + tests("api/test_strangers", "test_a_withdrawn_tracking_link_is_not_found"),
    ),
    Guard(
        "A withdrawn tracking link streams nothing",
        (("repairs/live.py", "if found is None or found.link_version != version:", "if found is None:"),),
        tests("repairs/test_live", "test_a_bad_or_revoked_link_gets_a_problem_document_and_no_stream"),
    ),
    Guard(
        "A stream tells public events only",
        (("repairs/live_rows.py", "WHERE e.public ORDER", "WHERE true ORDER"),),
        tests("repairs/test_live", "test_a_stream_says_hello_at_once_and_then_every_public_event"),
    ),
)

STRANGERS = (
    Guard(
        "A stranger's order is not found by API",
        (
            (
                "api/v1/orders.py",
                "return bool(token and visit.token_hash) and baskets.hash_token(token) == visit.token_hash",
                "return True",
            ),
        ),
        tests("api/test_strangers", "test_a_strangers_order_and_payment_are_not_found"),
    ),
    Guard(
        "A stranger's order is not found on pages",
        (
            (
                "shop/checkout/thanks.py",
                "if not placed_here and not owns(request.user, order.visit):",
                NEVER,
            ),
        ),
        tests("shop/test_checkout", "test_an_order_is_seen_by_its_own_visitor_and_member_only")
        + tests("journeys/test_buy_by_forms", "test_nobody_else_sees_the_order"),
    ),
    Guard(
        "Coming back from the bank shows an order to its own visitor only",
        (
            (
                "shop/checkout/coming_back.py",
                "if not may_pay(request, order):",
                NEVER,
            ),
        ),
        tests("shop/test_checkout", "test_an_order_is_seen_by_its_own_visitor_and_member_only"),
    ),
    Guard(
        "A basket opens with its own token only",
        (
            (
                "shop/baskets.py",
                "BasketVisit.objects.filter(site=site, token_hash=hash_token(token))",
                "BasketVisit.objects.filter(site=site)",
            ),
        ),
        tests("shop/test_baskets", "test_a_token_opens_its_own_basket_and_no_other")
        + tests("api/test_strangers", "test_a_made_up_basket_token_opens_nothing"),
    ),
    Guard(
        "A hold is given back by its own basket only",
        (
            (
                "api/v1/holds.py",
                "if hold is None or hold.reference != reference:\n        raise ApiFault",
                "hold = Hold.objects.get()\n    if False:\n        raise ApiFault",
            ),
        ),
        tests("api/test_strangers", "test_a_strangers_hold_is_not_found_and_stays"),
    ),
    Guard(
        "The portal shows a customer's own repairs only",
        (
            (
                "shop/portal/mine.py",
                "return Job.objects.filter(contact__user=user, site=site)",
                "return Job.objects.filter(site=site)",
            ),
        ),
        tests("shop/test_portal", "test_somebody_elses_pages_are_not_there"),
    ),
    Guard(
        "The portal shows a customer's own orders only",
        (
            (
                "shop/portal/mine.py",
                "mine = Order.objects.filter(owned_by(user), visit__site=site)",
                "mine = Order.objects.filter(visit__site=site)",
            ),
        ),
        tests("shop/test_portal", "test_somebody_elses_pages_are_not_there"),
    ),
    Guard(
        "The portal shows the repairs of the shop that was asked only",
        (
            (
                "shop/portal/mine.py",
                "return Job.objects.filter(contact__user=user, site=site)",
                "return Job.objects.filter(contact__user=user)",
            ),
        ),
        tests("shop/test_portal", "test_another_shops_repairs_are_that_shops"),
    ),
    Guard(
        "Only a proved address claims what a guest did",
        (
            (
                "shop/accounts/adapter.py",
                "EmailAddress.objects.filter(user=user, verified=True)",
                "EmailAddress.objects.filter(user=user)",
            ),
        ),
        tests("shop/test_accounts", "test_a_log_in_claims_for_proved_addresses_only"),
    ),
    Guard(
        "A password alone opens no staff area where a second factor is asked for",
        (("shop/accounts/second_factor.py", "if user.is_authenticated and not let_in(request.session, user):", NEVER),),
        tests("house/test_doors", "test_a_password_alone_opens_no_staff_area"),
    ),
    Guard(
        "A token without the second factor is no member of staff to the API",
        (
            (
                "api/v1/bench.py",
                "return second_factor.let_in(request.auth or request._request.session, user)",
                "return True",
            ),
        ),
        tests("api/test_photos", "test_a_token_without_the_second_factor_opens_no_bench"),
    ),
    Guard(
        "The tour signs nobody in outside a demo",
        (("site_config/tour.py", "if not settings.DEMO:", NEVER),),
        tests("site_config/test_tour", "test_no_view_of_the_tour_answers_where_there_is_no_demo"),
    ),
    Guard(
        "The API lists a customer's own orders and repairs only",
        (
            (
                "api/v1/me.py",
                'OrderVisit.objects.filter(owned_by(request.user, at="order__"), site',
                "OrderVisit.objects.filter(site",
            ),
            ("api/v1/me.py", "Job.objects.filter(contact__user_id=request.user.pk, site", "Job.objects.filter(site"),
        ),
        tests("api/test_strangers", "test_a_customer_sees_their_own_orders_and_repairs_and_no_others"),
    ),
    Guard(
        "The page cache keeps out of a visitor's own pages",
        (
            (
                "site_config/page_key.py",
                'if cookies and any(f"{name}=" in cookies for name in settings.PAGE_CACHE_BYPASS_COOKIES):',
                NEVER,
            ),
        ),
        tests("site_config/test_page_cache", "test_what_is_somebodys_own_goes_around_the_cache"),
    ),
    Guard(
        "The page cache renders without the visitor",
        (
            (
                "site_config/page_key.py",
                "bare = {name: environ[name] for name in KEPT if name in environ}",
                "bare = dict(environ)",
            ),
        ),
        tests("site_config/test_page_cache", "test_a_page_is_rendered_without_anything_of_the_visitor"),
    ),
    Guard(
        "The editors' log-in is no second door",
        ((URLS, '    path("cms/login/", doors.to_login_of_editors),\n', ""),),
        tests("house/test_doors", "test_a_right_password_opens_no_other_door"),
    ),
    Guard(
        "Wagtail's own log-in is no second door",
        ((URLS, '    path("_util/login/", doors.to_login),\n', ""),),
        tests("house/test_doors", "test_a_right_password_opens_no_other_door"),
    ),
    Guard(
        "A draft's link runs out",
        (("cms/previews/tokens.py", "secret_hash=hashed(token), expires_at__gt=at)", "secret_hash=hashed(token))"),),
        tests("cms/test_previews", "test_a_token_runs_out"),
    ),
    Guard(
        "Who may not edit a draft any more does not look at it",
        (
            (
                "cms/previews/tokens.py",
                "if instance is None or not may_edit(row.editor, instance):",
                "if instance is None:",
            ),
        ),
        tests("cms/test_previews", "test_who_may_not_edit_any_more_may_not_look_any_more"),
    ),
    Guard(
        "Of a draft's link only a hash is kept",
        (("cms/models/previews.py", "return hashlib.sha256(token.encode()).hexdigest()", "return token"),),
        tests("cms/test_previews", "test_only_a_hash_of_the_token_is_kept"),
    ),
    Guard(
        "A form takes no post from another site",
        (
            (
                "cms/forms/answering.py",
                "in {here, settings.PUBLIC_ORIGIN, *settings.CSRF_TRUSTED_ORIGINS}",
                "is not None",
            ),
        ),
        tests("cms/test_forms", "test_a_post_from_another_site_is_refused"),
    ),
    Guard(
        "One address does not flood the shop with answers",
        (("cms/forms/answering.py", "return not most or count <= most", "return count > 0"),),
        tests(
            "cms/test_forms",
            "test_one_address_sends_so_many_an_hour_and_others_go_on",
            "test_a_strangers_letter_box_is_not_filled_through_us",
        ),
    ),
    Guard(
        "Answers are read by those who may",
        (("cms/forms/listing.py", "return forms if user.has_perm(READ) else forms.none()", "return forms"),),
        tests("cms/test_form_list", "test_nobody_else_reads_or_deletes_them"),
    ),
    Guard(
        "A webhook calls no machine of ours",
        (
            (
                "notifications/systems/calling.py",
                "if host not in settings.WEBHOOK_PRIVATE_HOSTS and not all(is_public(one) for one in found):",
                NEVER,
            ),
        ),
        tests(
            "notifications/test_webhooks",
            "test_a_name_that_leads_to_a_private_address_is_not_called_and_not_tried_again",
            "test_a_name_with_one_private_address_among_public_ones_is_refused",
        ),
    ),
    Guard(
        "A webhook goes to the address that was looked at",
        (
            (
                "notifications/systems/calling.py",
                "socket.create_connection((self.target.address, self.target.port), self.timeout)",
                "socket.create_connection((self.target.host, self.target.port), self.timeout)",
            ),
        ),
        tests(
            "notifications/test_webhooks",
            "test_the_call_goes_to_the_address_that_was_looked_at_whatever_the_name_says_next",
        ),
    ),
    Guard(
        "A page that asks who you are is not in the API",
        (
            (
                "cms/paths.py",
                "return page.live and not any(page.path.startswith(path) for path in self.private)",
                "return bool(page.live)",
            ),
        ),
        tests("api/test_pages", "test_a_page_that_asks_who_you_are_is_never_answered"),
    ),
    Guard(
        "The dashboard's log-in is no second door",
        ((URLS, '    path("dashboard/login/", doors.to_login),\n', ""),),
        tests("house/test_doors", "test_a_right_password_opens_no_other_door"),
    ),
    Guard(
        "The admin's log-in is no second door",
        ((URLS, "admin.site.login = secure_admin_login(admin.site.login)", "admin.site.login = (admin.site.login)"),),
        tests("house/test_doors", "test_a_right_password_opens_no_other_door"),
    ),
)

DRAFTS = (
    Guard(
        "A draft of another log-in is shut",
        (("shop/drafts.py", "if basket.owner_id is not None and basket.owner_id != user.pk:", NEVER),),
        tests("shop/test_drafts", "test_a_draft_of_another_log_in_is_refused_in_words")
        + tests("shop/test_wizard_photos", "test_a_draft_of_another_log_in_shows_no_picture"),
    ),
    Guard(
        "A draft's link is kept as its hash",
        (
            ("shop/drafts.py", "token_hash=hash_token(token)", "token_hash=token"),
            (LINKS, "token_hash=hash_token(token)", "token_hash=token"),
        ),
        tests("shop/test_drafts", "test_only_the_hash_of_the_link_is_kept"),
    ),
    Guard(
        "A draft is found by its own link only",
        ((LINKS, "return drafts.filter(token_hash=hash_token(token)).first()", "return drafts.first()"),),
        tests("shop/test_drafts", "test_a_link_that_is_not_ours_finds_nothing"),
    ),
    Guard(
        "A signed link is of one draft and no later one with its number",
        ((LINKS, "drafts.filter(pk=int(number), token_hash__startswith=mark)", "drafts.filter(pk=int(number))"),),
        tests("shop/test_drafts", "test_a_signed_link_dies_with_its_draft"),
    ),
    Guard(
        "A link that is followed puts no booking under a log-in unasked",
        (
            (
                "shop/wizard/book.py",
                "((another := has_another(opened)) or would_take(opened))",
                "(another := has_another(opened))",
            ),
        ),
        tests("shop/test_drafts", "test_following_a_link_puts_nobodys_booking_under_a_log_in_unasked"),
    ),
    Guard(
        "Taking a draft over opens no basket that was placed or taken meanwhile",
        (
            (
                "shop/drafts.py",
                "Basket.objects.filter(free, pk=basket.pk, status__in=[Basket.OPEN, Basket.SAVED])",
                "Basket.objects.filter(pk=basket.pk)",
            ),
        ),
        tests(
            "shop/test_drafts",
            "test_a_basket_placed_in_the_same_moment_is_not_opened_again",
            "test_a_basket_that_somebody_else_took_in_the_same_moment_stays_theirs",
        ),
    ),
    Guard(
        "A draft is priced by the answers that are kept, not by those a tab had before",
        (("shop/drafts.py", "draft.urgency, draft.service_type = locked.urgency, locked.service_type", "pass"),),
        tests("shop/test_drafts", "test_an_answer_in_one_tab_is_not_priced_by_what_another_tab_had_before"),
    ),
    Guard(
        "What is not sent yet is kept within bounds",
        (("shop/drafts.py", "if room < 0:", NEVER),),
        tests("shop/test_drafts", "test_a_machine_cannot_fill_a_draft_with_unsent_text"),
    ),
    Guard(
        "Bookings cannot be begun without end",
        (("shop/wizard/book.py", 'guesses.take(what="new_drafts", who=[visitor(request)])', "pass"),),
        tests("shop/test_wizard", "test_a_machine_cannot_begin_bookings_without_end"),
    ),
    Guard(
        "A look keeps a time no longer",
        (("shop/checkout/holding.py", 'if request.method == "POST":', "if True:"),),
        tests("shop/test_checkout_steps", "test_looking_at_a_page_keeps_the_time_no_longer"),
    ),
    Guard(
        "A price in a booking is put into no other basket by its reference",
        (("shop/quotes.py", "if quote.item is not None:", NEVER),),
        tests("api/test_photos", "test_a_price_in_somebodys_booking_cannot_be_put_into_a_basket"),
    ),
)

PHOTOS = (
    Guard(
        "A booking's pictures open with its own link only",
        (
            (
                "shop/wizard/photos.py",
                "Photo.objects.filter(site=site, batch__in=batches, job=None)",
                "Photo.objects.filter(site=site, job=None)",
            ),
        ),
        tests("shop/test_wizard_photos", "test_only_who_has_the_link_sees_or_removes_the_pictures"),
    ),
    Guard(
        "A price that is shared shares no picture",
        (("shop/basket_photos.py", 'f"{basket_id}.{quote.reference}"', "quote.reference"),),
        tests("api/test_photos", "test_a_price_that_is_shared_shares_no_picture"),
    ),
    Guard(
        "A tracking link opens public pictures only",
        (("repairs/tracking_page.py", "photos.of_job(self.job, public_only=True)", "photos.of_job(self.job)"),),
        tests("repairs/test_tracking_page", "test_only_public_photos_are_shown_and_handed_out"),
    ),
    Guard(
        "Pictures are counted once more under the lock",
        ((KEEPING, "_refuse_count(siblings, photo.size, most=_most(photo.job))", "pass"),),
        tests("repairs/test_photos", "test_a_refusal_under_the_lock_leaves_no_file"),
    ),
    Guard(
        "Uploads to one thing count one after the other",
        ((KEEPING, "                _queue_up(photo.batch)\n", "                pass\n"),),
        tests("repairs/test_photos", "test_fourteen_pictures_sent_at_once_are_ten"),
        POSTGRES,
    ),
    Guard(
        "A picture of too many pixels is not decoded",
        (("repairs/photos/cleaning.py", "if opened.width * opened.height > pixels:", NEVER),),
        tests("repairs/test_photos", "test_a_pixel_bomb_is_refused_before_it_is_decoded"),
    ),
)

COUNTER = (
    Guard(
        "A form at the counter is one job however often it is sent",
        (
            ("shop/counter/intake.py", "if known := taken_before(site=site, once=once):", "if known := None:"),
            (
                "shop/counter/intake.py",
                "        first = taken_before(site=site, once=once)\n        if first is None:\n            raise\n"
                "        return first\n",
                "        raise\n",
            ),
        ),
        tests("shop/test_intake", "test_the_same_mark_makes_one_job_however_often_it_is_sent"),
    ),
    Guard(
        "The counter sells at the price that was told",
        (("shop/counter/intake.py", "shown_total=shown_total,", "shown_total=None,"),),
        tests("shop/test_intake", "test_a_price_that_the_customer_did_not_hear_is_refused_in_words"),
    ),
    Guard(
        "A failed message is repeated once however often the button is pressed",
        (("notifications/resend.py", "if row.status != Message.Status.FAILED:", NEVER),),
        tests(
            "notifications/test_resend", "test_pressing_twice_sends_once", "test_what_has_not_failed_is_not_sent_again"
        ),
    ),
    Guard(
        "A withdrawn link ends the streams it opened",
        (("repairs/live_hub.py", "if subscription.job.link_version < version:", NEVER),),
        tests("repairs/test_live", "test_a_withdrawn_link_ends_its_open_streams_before_they_hear_any_more"),
    ),
)

GUARDS = (
    *TIME,
    *ORDERS,
    *MONEY,
    *MESSAGES,
    *BENCH,
    *STRANGERS,
    *DRAFTS,
    *PHOTOS,
    *COUNTER,
    *PAYING,
    *DOORS,
    *PAPERS,
    *PAY_PAGE,
    *AT_THE_TILL,
    *BELIEVING,
    *ONE_WAY,
    *MOVING,
    *THE_DAY,
)
