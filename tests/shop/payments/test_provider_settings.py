"""Which provider takes the money is a matter of the environment, and production takes real money or does not start."""

import pytest

from tests.site_config.test_settings import start

STRIPE = {
    "STRIPE_SECRET_KEY": "sk_live_0",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_0",
    "STRIPE_WEBHOOK_SECRETS": "whsec_new,whsec_old",
}
PAYPAL = {"PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET": "secret", "PAYPAL_WEBHOOK_ID": "4JH86294D6297924G"}
BOTH = {"PAYMENT_PROVIDERS": "stripe,paypal,in_store", **STRIPE, **PAYPAL}


def test_real_keys_start_production_in_the_order_that_was_asked_for():
    done = start(**BOTH)
    assert done.stdout.strip() == "started ['in_store', 'paypal', 'stripe']", done.stderr


@pytest.mark.parametrize("missing", [*STRIPE, *PAYPAL])
def test_a_provider_without_one_of_its_keys_does_not_start_and_says_which(missing: str):
    done = start(**{**BOTH, missing: ""})
    assert done.returncode != 0 and missing in done.stderr


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_0"}, "stripe"),
        ({"STRIPE_SECRET_KEY": "rk_test_0"}, "stripe"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8765"}, "stripe"),
        ({"PAYPAL_API_BASE": "https://api-m.sandbox.paypal.com"}, "paypal"),
    ],
)
def test_keys_and_addresses_that_take_no_money_do_not_start_production(changed: dict[str, str], name: str):
    done = start(**{**BOTH, **changed})
    assert done.returncode != 0 and f"{name} has test keys" in done.stderr


def test_a_rehearsal_may_use_them():
    assert start(**BOTH, STRIPE_API_BASE="http://127.0.0.1:8765", ALLOW_STAND_INS="1").returncode == 0
