"""A customer's own page shows what is theirs and nothing else."""

from datetime import timedelta
from typing import Any

from django.test import Client

from repairs.models import Job
from tests.factories import SHOP_TIME, Shop, make_contact, make_user
from tests.shop.payments.factories import make_order
from tests.shop.statements import counted


def job_for(shop: Shop, user: Any, reference: str, **more: Any) -> Job:
    contact = make_contact(shop.site, email=user.email, user=user)
    facts = {"device": shop.iphone_8, "subject_name": "iPhone 8", "status": "repairing"} | more
    return Job.objects.create(
        site=shop.site, reference=reference, contact=contact, status_at=SHOP_TIME, created_at=SHOP_TIME, **facts
    )


def account(client: Client) -> str:
    page = client.get("/account/")
    assert page.status_code == 200
    return page.content.decode()


def test_a_stranger_is_sent_to_the_log_in_and_back(client: Client, shop: Shop) -> None:
    page = client.get("/account/")
    assert page.status_code == 302
    assert page["Location"] == "/accounts/login/?next=/account/"


def test_a_new_account_says_what_to_do_first(client: Client, shop: Shop) -> None:
    client.force_login(make_user())
    assert "Nothing here yet" in account(client)


def test_a_repair_is_shown_as_a_sentence_with_its_tracking_link(client: Client, shop: Shop) -> None:
    user = make_user()
    job = job_for(shop, user, "R-AAAA-BBBB")
    job.tasks.create(repair_type=shop.screen, name="Screen repair", minutes=60)
    job_for(shop, user, "R-CCCC-DDDD", status="collected")
    client.force_login(user)
    body = account(client)
    assert "Your iPhone 8 is being repaired" in body
    assert "Screen repair" in body
    assert "/track/" in body
    assert body.index("R-AAAA-BBBB") < body.index("Done") < body.index("R-CCCC-DDDD")


def test_somebody_elses_repairs_are_never_shown(client: Client, shop: Shop) -> None:
    job_for(shop, make_user("eve@example.com"), "R-EVES-PHON")
    make_contact(shop.site, email="ada@example.com")
    client.force_login(make_user("ada@example.com"))
    body = account(client)
    assert "R-EVES-PHON" not in body
    assert "Nothing here yet" in body


def test_somebody_elses_orders_are_never_shown(client: Client, shop: Shop) -> None:
    theirs, ada = make_order(shop), make_user("ada@example.com")
    client.force_login(ada)
    assert theirs.number not in account(client)
    theirs.user = ada
    theirs.save(update_fields=["user"])
    assert theirs.number in account(client)


def test_a_guests_repair_with_the_same_address_stays_hidden_until_the_address_is_proved(
    client: Client, shop: Shop
) -> None:
    contact = make_contact(shop.site, email="ada@example.com")
    Job.objects.create(
        site=shop.site, reference="R-GUES-TJOB", contact=contact, subject_name="iPhone 8",
        status_at=SHOP_TIME, created_at=SHOP_TIME,
    )  # fmt: skip
    client.force_login(make_user("ada@example.com"))
    assert "R-GUES-TJOB" not in account(client)


def test_many_repairs_take_as_many_statements_as_one(client: Client, shop: Shop) -> None:
    user = make_user()
    job_for(shop, user, "R-0000-0000")
    client.force_login(user)
    account(client)
    with counted() as few:
        account(client)
    contact = Job.objects.get().contact
    for number in range(1, 12):
        Job.objects.create(
            site=shop.site, reference=f"R-0000-{number:04}", contact=contact, subject_name="iPhone 8",
            status_at=SHOP_TIME, created_at=SHOP_TIME + timedelta(minutes=number),
        )  # fmt: skip
    with counted() as many:
        account(client)
    assert len(many) == len(few)
