"""The desk gives a part of a payment back in a real browser, and sees it leave and arrive."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from repairs.models import Job
from shop.models import Payment, Refund
from shop.payments import demo_bank, ledger, returning, starting
from tests.factories import make_shop, make_staff
from tests.queue import work_off
from tests.shop.payments.factories import make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = ("see_bench", "work_bench", "add_payment", "add_refund", "view_payment")


def paid_job(address: str) -> Job:
    """A job of 467.98 GBP, paid at the demo bank."""
    order = make_order(make_shop(), at=timezone.now().replace(hour=9, minute=0, second=0, microsecond=0))
    payment = starting.start(order=order, at=timezone.now(), return_url=address).payment
    demo_bank.decide(charge_id=str(payment.provider_id), decision="approved")
    returning.settle_return(payment_reference=payment.reference, at=timezone.now())
    return Job.objects.get()


def log_in(page: Any, address: str) -> None:
    page.goto(f"{address}/accounts/login/?next=/bench/")
    page.fill("input[name=login]", "bench@example.com")
    page.fill("input[name=password]", "a-good-pass-phrase")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/bench/")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_desk_gives_a_part_back_by_keyboard_and_sees_it_arrive(served: str, chromium: Any, script: bool) -> None:
    job, _desk = paid_job(served), make_staff(permissions=DESK)
    work_off()
    context = chromium.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    log_in(page, served)
    page.goto(f"{served}/bench/jobs/{job.reference}/")
    page.get_by_role("link", name="Refund").click()
    page.get_by_label("Amount").fill("500")
    page.get_by_label("Reason").select_option("goodwill")
    page.get_by_role("button", name="Continue").click()
    page.locator(".field__error", has_text="£467.98 is left of this payment.").wait_for()
    page.get_by_label("Amount").fill("67.98")
    page.get_by_label("Amount").press("Enter")
    page.get_by_text("Back the way it came, through Demo bank").wait_for()
    assert not Refund.objects.exists()
    page.get_by_role("button", name="Give it back").dblclick()
    page.wait_for_url(f"**/bench/jobs/{job.reference}/**")
    page.get_by_text("About to go back").first.wait_for()
    assert list(Refund.objects.values_list("amount", flat=True)) == [Decimal("67.98")]
    work_off()
    page.reload()
    page.get_by_text("Given back", exact=True).first.wait_for()
    assert ledger.balance(Payment.objects.get().order).kept == Decimal("400.00")
    context.close()
