"""What guards us, each with the change that takes it away and the tests that then go red.

A newcomer reads here what must not be lost. `old` is the guard as it stands in the file, `new` the same place without
it. Some guards stand twice (a lock and a row count, say), so that one alone is not missed; then both go in one row.
"""

from dataclasses import dataclass

SQLITE, POSTGRES, BOTH = ("sqlite",), ("postgres",), ("sqlite", "postgres")

BOOKING, PLACEMENT, ROWS = "repairs/booking.py", "shop/placement.py", "shop/order_rows.py"
BILL = "shop/bill.py"
LEDGER, INBOX, RELEASE, DEMO = (f"shop/payments/{name}.py" for name in ("ledger", "inbox", "release", "demo"))
OUTBOX, URLS, PROCESSING = "notifications/outbox.py", "site_config/urls.py", "shop/order/processing.py"
NEVER = "if False:"


@dataclass(frozen=True)
class Guard:
    """One row: what it guards, (file, old, new) to take it away, the tests that must go red, and where."""

    name: str
    without: tuple[tuple[str, str, str], ...]
    red: tuple[str, ...]
    on: tuple[str, ...] = SQLITE


def tests(file: str, *names: str) -> tuple[str, ...]:
    """Node ids of tests in one file."""
    return tuple(f"tests/{file}.py::{name}" for name in names)


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
)

ORDERS = (
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
                LEDGER,
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
            (LEDGER, "if event.state != WAITING:", NEVER),
            (LEDGER, "if payment.state in {State.SUCCEEDED, State.LATE, State.REFUNDED}:", NEVER),
            (LEDGER, "if to not in MOVES[payment.state]:", NEVER),
            (
                LEDGER,
                'return f"paid:{payment.provider}:{payment.provider_id or payment.reference}"',
                'return f"{object()} {id(payment)}"',
            ),
        ),
        tests("shop/test_inbox", "test_return_and_webhook_at_the_same_instant_are_one_settlement_and_one_receipt"),
        BOTH,
    ),
    Guard(
        "The amount is the one asked for",
        ((LEDGER, "if event.amount != payment.amount or event.currency", "if event.currency"),),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
    ),
    Guard(
        "The currency is the one asked for",
        (
            (
                LEDGER,
                "if event.amount != payment.amount or event.currency != payment.currency:",
                "if event.amount != payment.amount:",
            ),
        ),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
    ),
    Guard(
        "Test money does not pay for real, nor real money for a test",
        ((LEDGER, "if event.live != payment.live:", NEVER),),
        tests("shop/test_ledger", "test_money_that_is_not_what_was_asked_does_not_pay"),
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
        ((OUTBOX, "rows = rows.select_for_update(skip_locked=True)", "rows = rows.all()"),),
        tests("notifications/test_outbox_races", "test_six_workers_send_sixty_messages_once_each"),
        POSTGRES,
    ),
    Guard(
        "A message is claimed by one worker (in one transaction)",
        ((OUTBOX, "    with transaction.atomic():\n        rows = Message", "    if True:\n        rows = Message"),),
        tests("notifications/test_outbox_races", "test_six_workers_send_sixty_messages_once_each"),
    ),
    Guard(
        "A worker whose claim ran out sends nothing",
        (
            (
                OUTBOX,
                "Message.objects.filter(pk=row.pk, status=Message.Status.SENDING, claimed_until=row.claimed_until)",
                "Message.objects.filter(pk=row.pk)",
            ),
        ),
        tests("notifications/test_outbox", "test_a_slow_worker_whose_claim_ran_out_sends_nothing"),
    ),
    Guard(
        "A message that killed its worker twice is given up",
        ((OUTBOX, "lost = [row for row in taken if row.status", "lost = [row for row in () if row.status"),),
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
                "shop/checkout/paying.py",
                'if not owns(request.user, order.visit) and request.session.get("checkout_order_id") != order.pk:',
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
                "hold = basket.visit.hold\n        if hold is None or hold.reference != reference or not",
                "from repairs.models import Hold\n\n        hold = Hold.objects.get()\n        if not",
            ),
        ),
        tests("api/test_strangers", "test_a_strangers_hold_is_not_found_and_stays"),
    ),
    Guard(
        "The portal shows a customer's own repairs only",
        (
            (
                "shop/portal/account.py",
                "jobs = Job.objects.filter(contact__user=user, site=site)",
                "jobs = Job.objects.all()",
            ),
        ),
        tests("shop/test_portal", "test_somebody_elses_repairs_are_never_shown"),
    ),
    Guard(
        "The portal shows a customer's own orders only",
        (
            (
                "shop/portal/account.py",
                "mine = Order.objects.filter(owned_by(user), visit__site=site)",
                "mine = Order.objects.filter(visit__site=site)",
            ),
        ),
        tests("shop/test_portal", "test_somebody_elses_orders_are_never_shown"),
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

GUARDS = (*TIME, *ORDERS, *MONEY, *MESSAGES, *BENCH, *STRANGERS)
