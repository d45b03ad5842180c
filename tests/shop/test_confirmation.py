"""The confirmation of two devices: each has its own link and its own code, under its own name."""

from django.test import Client
from django.utils import timezone

from repairs.models import Job
from shop import drafts
from tests.factories import Shop
from tests.shop.browsers import open_draft
from tests.shop.test_checkout import deliveries, give_details, submit

__all__ = ["deliveries"]  # a fixture for every test here


def test_each_device_is_followed_by_its_own_link_and_its_own_code(client: Client, shop: Shop) -> None:
    draft, _token = open_draft(client, shop)
    now = timezone.now()
    other = drafts.add_item(draft, at=now, device=shop.iphone_13)
    drafts.answer_issue(draft, other, repair_types=[shop.screen], condition="good", problem="Dark.", at=now)
    give_details(client)
    submit(client, pay_by="in_store")
    page = client.get("/checkout/thank-you/")
    rows, body = page.context["jobs"], page.content.decode()
    assert {row["job"].pk for row in rows} == set(Job.objects.values_list("pk", flat=True))
    assert len(rows) == len({row["link"] for row in rows}) == len({row["qr"] for row in rows}) == 2
    for row in rows:
        assert row["link"] in body and row["qr"] in body
        assert f"The tracking link of {row['job'].subject_name} as a code to scan" in body
        assert Client().get(row["link"]).status_code == 200
