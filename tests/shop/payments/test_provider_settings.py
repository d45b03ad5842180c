"""Which provider takes the money is a matter of the environment, and production takes real money or does not start."""

from pathlib import Path

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
        ({"STRIPE_SECRET_KEY": "sk_test_0", "STRIPE_PUBLISHABLE_KEY": "pk_test_0"}, "stripe"),
        ({"STRIPE_SECRET_KEY": "rk_test_0", "STRIPE_PUBLISHABLE_KEY": "pk_test_0"}, "stripe"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:8765"}, "stripe"),
        ({"PAYPAL_API_BASE": "https://api-m.sandbox.paypal.com"}, "paypal"),
    ],
)
def test_keys_and_addresses_that_take_no_money_do_not_start_production(changed: dict[str, str], name: str):
    done = start(**{**BOTH, **changed})
    assert done.returncode != 0 and f"{name} has test keys" in done.stderr


def test_a_rehearsal_may_use_them():
    assert start(**BOTH, STRIPE_API_BASE="http://127.0.0.1:8765", ALLOW_STAND_INS="1").returncode == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"STRIPE_SECRET_KEY": " "}, "STRIPE_SECRET_KEY is empty"),
        ({"STRIPE_PUBLISHABLE_KEY": " "}, "STRIPE_PUBLISHABLE_KEY is empty"),
        ({"STRIPE_WEBHOOK_SECRETS": " , "}, "STRIPE_WEBHOOK_SECRETS is empty"),
        ({"STRIPE_WEBHOOK_SECRETS": "whsec_a, "}, "STRIPE_WEBHOOK_SECRETS is empty"),
        ({"STRIPE_WEBHOOK_SECRETS": "we_1"}, "begin with whsec_"),
        ({"STRIPE_SECRET_KEY": "pk_live_0"}, "STRIPE_SECRET_KEY holds a publishable key"),
        ({"STRIPE_PUBLISHABLE_KEY": "sk_live_0"}, "STRIPE_PUBLISHABLE_KEY holds a secret key"),
        ({"STRIPE_PUBLISHABLE_KEY": "rk_live_0"}, "STRIPE_PUBLISHABLE_KEY holds a secret key"),
        ({"STRIPE_SECRET_KEY": "AKIA0"}, "STRIPE_SECRET_KEY is no key of Stripe's"),
        ({"STRIPE_PUBLISHABLE_KEY": "pk_test_0"}, "are of two modes"),
        ({"STRIPE_SECRET_KEY": "rk_test_0"}, "are of two modes"),
        ({"STRIPE_API_BASE": "http://api.stripe.com"}, "STRIPE_API_BASE must begin with https://"),
        ({"STRIPE_SCRIPT_URL": "http://js.stripe.com/v3/"}, "STRIPE_SCRIPT_URL must begin with https://"),
        ({"STRIPE_API_BASE": "http://127.0.0.1.example.com"}, "STRIPE_API_BASE must begin with https://"),
        ({"PAYPAL_API_BASE": "http://api-m.paypal.com"}, "PAYPAL_API_BASE must begin with https://"),
        ({"PAYPAL_CLIENT_ID": " "}, "PAYPAL_CLIENT_ID is empty"),
        ({"PAYPAL_CLIENT_SECRET": " "}, "PAYPAL_CLIENT_SECRET is empty"),
        ({"PAYPAL_WEBHOOK_ID": " "}, "PAYPAL_WEBHOOK_ID is empty"),
    ],
)
def test_keys_that_cannot_be_right_start_nothing_and_are_named_but_not_shown(
    changed: dict[str, str], said: str
) -> None:
    done = start(**{**BOTH, **changed}, ALLOW_STAND_INS="1")
    assert done.returncode != 0 and said in done.stderr
    assert not [value for value in changed.values() if len(value) > 5 and "://" not in value and value in done.stderr]


DEV, TEST = "site_config.settings.dev", "site_config.settings.test"
TESTING = {"STRIPE_SECRET_KEY": "sk_test_0", "STRIPE_PUBLISHABLE_KEY": "pk_test_0"}
SANDBOX = {"PAYPAL_API_BASE": "https://api-m.sandbox.paypal.com"}


@pytest.mark.parametrize("module", [DEV, TEST])
@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (SANDBOX, "stripe"),
        ({**SANDBOX, "STRIPE_SECRET_KEY": "rk_live_0"}, "stripe"),
        (TESTING, "paypal"),
        ({}, "stripe and paypal"),
    ],
)
def test_real_keys_start_no_demo_no_developers_machine_and_no_tests(
    module: str, changed: dict[str, str], names: str, tmp_path: Path
) -> None:
    more = {"DJANGO_SETTINGS_MODULE": module, "DATABASE_URL": "", "VAR_DIR": str(tmp_path)}
    for debug in ("", "1"):
        done = start(**{**BOTH, **changed}, **more, DEBUG=debug)
        assert done.returncode != 0 and f"{names} would take real money here" in done.stderr


@pytest.mark.parametrize("module", [DEV, TEST])
@pytest.mark.parametrize("base", ["http://127.0.0.1:8765", "http://localhost:8765", "http://[::1]:8765"])
def test_test_keys_the_sandbox_and_stand_ins_on_this_machine_start_a_demo(
    module: str, base: str, tmp_path: Path
) -> None:
    more = {"DJANGO_SETTINGS_MODULE": module, "DATABASE_URL": "", "VAR_DIR": str(tmp_path)}
    done = start(**{**BOTH, **TESTING, **SANDBOX}, **more, STRIPE_API_BASE=base)
    assert done.returncode == 0, done.stderr


def test_a_demo_seen_from_elsewhere_may_serve_the_script_from_its_own_address(tmp_path: Path) -> None:
    own = {"PUBLIC_ORIGIN": "http://192.168.1.5:8000", "STRIPE_SCRIPT_URL": "http://192.168.1.5:8000/v3/"}
    more = {"DJANGO_SETTINGS_MODULE": DEV, "DATABASE_URL": "", "VAR_DIR": str(tmp_path)}
    assert start(**{**BOTH, **TESTING, **SANDBOX}, **more, **own).returncode == 0
