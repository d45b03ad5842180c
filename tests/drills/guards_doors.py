"""Guards at the doors to providers: keys, the time that a page waits, what an operator is told, numbers of cards."""

from tests.drills.guard import NEVER, Guard, tests

BREAKER, PATIENCE, CALLS = "notifications/breaker.py", "shop/payments/patience.py", "shop/payments/paypal_calls.py"
CARDS, KEYS = "notifications/card_numbers.py", "site_config/settings/payment_keys.py"
FINDINGS, SETTINGS = "shop/payments/findings.py", "shop/payments/test_provider_settings"
CHECKED, STUMBLING = "shop/payments/test_check_provider", "shop/payments/test_stumbling"
WRONG = tests(SETTINGS, "test_keys_that_cannot_be_right_start_nothing_and_are_named_but_not_shown")
REAL = tests(SETTINGS, "test_real_keys_start_no_demo_no_developers_machine_and_no_tests")
NUMBERS = "notifications/test_card_numbers"

DOORS = (
    Guard(
        "A service that does not answer is left alone",
        (
            (
                BREAKER,
                "            if self._misses >= MISSES:\n                if",
                "            if False:\n                if",
            ),
        ),
        tests("notifications/test_breaker", "test_one_that_never_answers_is_left_alone_for_a_while")
        + tests(STUMBLING, "test_one_that_is_known_not_to_answer_is_not_asked_and_says_what_to_do"),
    ),
    Guard(
        "After its rest one call tries",
        (
            (
                BREAKER,
                "                self._rests_until = self.clock() + REST_SECONDS\n\n    def answered",
                "                pass\n\n    def answered",
            ),
        ),
        tests(
            "notifications/test_breaker",
            "test_after_the_rest_one_call_tries_and_the_others_wait_for_it",
            "test_parallel_callers_find_one_trial",
        ),
    ),
    Guard(
        "No more than a few calls wait at once",
        ((BREAKER, "if not places.acquire(timeout=PLACE_SECONDS):", NEVER),),
        tests("notifications/test_breaker", "test_no_more_than_a_few_calls_wait_at_once_over_all_services"),
    ),
    Guard(
        "A page waits twelve seconds at most",
        ((PATIENCE, "min(BOUND * self.timeout, LONGEST)", "BOUND * self.timeout"),),
        tests(STUMBLING, "test_nobody_waits_for_a_page_longer_than_twelve_seconds"),
    ),
    Guard(
        "PayPal's token and call share that time",
        ((CALLS, "timeout = max(min(self.timeout, until - self.clock()), 0.1)", "timeout = self.timeout"),),
        tests(STUMBLING, "test_paypal_and_its_token_share_the_time_of_one_page"),
    ),
    Guard(
        "What PayPal sends is verified while it is left alone",
        ((PATIENCE, "return self._ask(call, errors, again, anyway=True)", "return self._ask(call, errors, again)"),),
        tests(STUMBLING, "test_while_paypal_is_left_alone_its_messages_are_verified_and_end_the_rest"),
    ),
    Guard(
        "Live keys start no demo and no developer's machine",
        (("site_config/settings/dev.py", "if _no := refusal(PAYMENT_PROVIDERS):", NEVER),),
        REAL,
    ),
    Guard(
        "Live keys run no tests",
        (("site_config/settings/test.py", "if _no := refusal(PAYMENT_PROVIDERS):", NEVER),),
        REAL,
    ),
    Guard("Two keys of two modes start nothing", ((KEYS, "if len(modes) == 2:", NEVER),), WRONG),
    Guard("No webhook secret starts nothing", ((KEYS, "if not secrets or not all(secrets):", NEVER),), WRONG),
    Guard(
        "Keys are not sent in the clear",
        ((KEYS, 'if not (address.startswith("https://")', 'if not (address.startswith("http")'),),
        WRONG,
    ),
    Guard(
        "check_provider shows no key",
        ((FINDINGS, 'return f"…{key[-4:]}" if len(key) >= 12 else "…"', "return key"),),
        tests(CHECKED, "test_no_key_is_ever_shown"),
    ),
    Guard(
        "A clock that is off is an error",
        ((FINDINGS, "if abs(seconds) > 300:", NEVER),),
        tests(CHECKED, "test_a_clock_that_is_off_is_told_with_what_follows"),
    ),
    Guard(
        "check_provider ends with 1 when something is wrong",
        (("shop/management/commands/check_provider.py", "raise SystemExit(1)", "return"),),
        tests(CHECKED, "test_what_is_wrong_ends_with_1_and_says_what_to_do"),
    ),
    Guard(
        "A card number is masked when a row is saved, and when many are changed at once",
        (
            (
                CARDS,
                'if hasattr(value, "resolve_expression") or (changed := change(value)) == value:',
                "if (changed := value) is not None:",
            ),
            (
                CARDS,
                'return prepared if hasattr(prepared, "resolve_expression") else change(prepared)',
                "return prepared",
            ),
        ),
        tests(NUMBERS, "test_every_way_into_the_database_masks")
        + tests("shop/test_card_numbers_typed", "test_words_that_were_not_sent_yet_are_kept_without_it_too"),
    ),
    Guard(
        "The number of a device is no card's",
        ((CARDS, '(re.compile("34|37"), frozenset({15}))', '(re.compile("3[0-9]"), frozenset({15}))'),),
        tests(NUMBERS, "test_no_imei_of_any_maker_is_taken_for_a_card"),
    ),
    Guard(
        "A wrong check digit is no card",
        ((CARDS, "for start, lengths in ISSUERS) and luhn(plain)", "for start, lengths in ISSUERS)"),),
        tests(NUMBERS, "test_of_numbers_that_only_begin_like_a_card_about_one_in_ten_is_masked"),
    ),
    Guard(
        "A new text of a model is masked or says why not",
        (("repairs/models/jobs.py", "    problem = MaskedTextField", "    problem = models.TextField"),),
        tests(
            "house/test_card_numbers",
            "test_every_text_that_people_type_is_masked_or_says_why_not",
            "test_what_customers_and_staff_type_is_masked",
        ),
    ),
)
