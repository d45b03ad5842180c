"""An account in a real browser, from the first form to logging out everywhere; once more by keyboard alone."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.accounts import app_code
from tests.factories import make_shop, make_user
from tests.queue import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADA, PASSWORD = "ada@example.com", "winter lamp harbour"


def press(page: Any, name: str) -> None:
    page.locator("main .card").get_by_role("button", name=name, exact=True).first.click()


def code_from_the_inbox(page: Any, address: str, subject: str) -> str:
    """Read the newest mail in the demo's inbox, in a tab of its own, as a visitor of the demo does."""
    work_off()
    tab = page.context.new_page()
    tab.goto(f"{address}/demo/inbox/?to={ADA}")
    letter = tab.locator(".inbox__message").first
    assert subject in letter.locator("summary").first.inner_text()
    found = re.search(r"\d{4}-\d{4}", letter.locator("pre").first.text_content())
    tab.close()
    assert found, subject
    return found.group()


def log_in_with_a_code(page: Any, address: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_role("link", name="Send me a code by e-mail").click()
    page.get_by_label("E-mail").fill(ADA)
    press(page, "Send me the code")
    page.wait_for_url("**/login/code/confirm/**")
    page.get_by_label("Code").fill(code_from_the_inbox(page, address, "Your code to log in"))
    press(page, "Log in")


def test_a_visitor_makes_an_account_protects_it_and_logs_out_everywhere(served: str, page: Any) -> None:
    make_shop()
    page.goto(f"{served}/accounts/signup/")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Your name").fill("Ada Smith")
    page.get_by_label("Password").fill("lamp")
    page.get_by_text("Too short yet").wait_for()
    page.get_by_role("button", name="Show").click()
    assert page.get_by_label("Password").get_attribute("type") == "text"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_text("Strong").wait_for()
    press(page, "Make my account")
    page.wait_for_url("**/accounts/confirm-email/")
    page.get_by_label("Code").fill(code_from_the_inbox(page, served, "Your code to finish your account"))
    press(page, "Confirm")
    page.wait_for_url("**/account/")

    page.goto(f"{served}/accounts/logout/")
    press(page, "Log out")
    page.wait_for_url(f"{served}/")
    log_in_with_a_code(page, served)
    page.wait_for_url("**/account/")

    page.goto(f"{served}/accounts/security/")
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("link", name="Set it up").click()
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Go on")
    page.wait_for_url("**/totp/activate/")
    secret = page.locator("[data-secret]").inner_text().strip()
    assert page.locator("svg.qr__picture").bounding_box()["width"] > 150
    page.get_by_label("Code").fill(app_code(secret))
    press(page, "Turn it on")
    page.wait_for_url("**/recovery-codes/")
    codes = page.locator(".recovery li").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="Print").wait_for()

    page.goto(f"{served}/accounts/logout/")
    press(page, "Log out")
    page.wait_for_url(f"{served}/")
    page.goto(f"{served}/accounts/login/")
    page.get_by_label("E-mail").fill(ADA)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")
    page.wait_for_url("**/2fa/authenticate/")
    page.get_by_label("Code").fill(app_code(secret))
    press(page, "Log in")
    page.wait_for_url("**/account/")

    page.goto(f"{served}/accounts/security/")
    press(page, "Log out everywhere")
    page.wait_for_url("**/accounts/login/")
    page.get_by_text("You are logged out everywhere.").wait_for()
    page.goto(f"{served}/account/")
    page.wait_for_url("**/accounts/login/?next=/account/")
    assert get_user_model().objects.get().get_full_name() == "Ada Smith"


def go_to(page: Any, name: str, role: str = "textbox") -> None:
    """Press Tab until the wanted thing has the focus."""
    wanted = page.locator("main").get_by_role(role, name=name, exact=True).first
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            outline = wanted.evaluate("node => getComputedStyle(node).outlineWidth")
            assert outline == "3px", f"the focus on {name} is not seen"
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_a_member_logs_in_and_changes_the_password_by_keyboard_alone(served: str, page: Any) -> None:
    make_shop()
    make_user(ADA)
    page.goto(f"{served}/accounts/login/?next=/accounts/password/change/")
    go_to(page, "E-mail")
    page.keyboard.type(ADA)
    go_to(page, "Password")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    page.get_by_text("do not belong together").wait_for()
    go_to(page, "Password")
    page.keyboard.type("a-good-pass-phrase")
    go_to(page, "Log in", "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/password/change/")
    for name, words in (
        ("Your password now", "a-good-pass-phrase"),
        ("New password", PASSWORD),
        ("The new password again", PASSWORD),
    ):
        go_to(page, name)
        page.keyboard.type(words)
    go_to(page, "Save it", "button")
    page.keyboard.press("Enter")
    page.get_by_text("Your new password is saved.").wait_for()
    assert get_user_model().objects.get().check_password(PASSWORD)
