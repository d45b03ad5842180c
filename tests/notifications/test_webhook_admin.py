"""Owners keep webhooks in the admin; nobody else sees them, and a secret is shown once."""

import re
from typing import Any

import pytest

from notifications.models import Delivery, Webhook
from notifications.systems import deliveries, webhooks
from site_config.roles import make_roles
from tests.factories import SHOP_TIME, make_user
from tests.notifications.receiver import hook, receiving

pytestmark = pytest.mark.django_db
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


def log_in(client: Any, role: str) -> None:
    person = make_user(f"{role}@example.com")
    person.groups.add(make_roles()[role])
    client.force_login(person)


@pytest.fixture
def owner(shop: Any, client: Any) -> Any:
    log_in(client, "owner")
    return client


def test_a_new_webhook_gets_a_secret_that_is_shown_once(owner: Any, shop: Any) -> None:
    form = {"site": shop.site.pk, "name": "Website", "url": "https://shop.example/hook", "active": "on"}
    page = owner.post("/cms/webhooks/new/", {**form, "kinds": ["content.moved"]}, follow=True)
    made = Webhook.objects.get()
    assert made.kinds == ["content.moved"]
    assert SECRET.findall(page.content.decode().replace("&#x2B;", "+")) == [made.secret]
    for path in ("/cms/webhooks/", f"/cms/webhooks/edit/{made.pk}/", f"/cms/webhooks/history/{made.pk}/"):
        assert not SECRET.search(owner.get(path).content.decode()), path


@pytest.mark.parametrize("url", ["http://shop.example/hook", "https://a:b@shop.example/"])
def test_an_address_that_could_never_be_called_is_refused_at_once(owner: Any, shop: Any, url: str) -> None:
    page = owner.post("/cms/webhooks/new/", {"site": shop.site.pk, "name": "W", "url": url, "active": "on"})
    assert page.status_code == 200
    assert not Webhook.objects.exists()


def test_a_test_call_is_sent_and_the_log_tells_what_came_back(owner: Any, shop: Any, settings: Any) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    with receiving() as other:
        other.answers, other.text = [418], b"I am a teapot"
        made = hook(shop.site, other.url)
        assert owner.get(f"/cms/webhooks/test/{made.pk}/").status_code == 200
        assert not Delivery.objects.exists(), "looking sends nothing"
        page = owner.post(f"/cms/webhooks/test/{made.pk}/", follow=True)
        assert "webhook.test" in page.content.decode()
        deliveries.drain()
    page = owner.get(f"/cms/webhook_calls/?webhook={made.pk}")
    assert "418" in page.content.decode()
    assert "I am a teapot" in page.content.decode()
    row = Delivery.objects.get()
    assert "I am a teapot" in owner.get(f"/cms/webhook_calls/inspect/{row.pk}/").content.decode()


def test_the_log_is_narrowed_and_a_call_is_sent_again(owner: Any, shop: Any) -> None:
    made = hook(shop.site, "https://a.example/")
    for kind in ("content.published", "content.deleted"):
        webhooks.post(kind=kind, site_id=shop.site.pk, payload={}, at=SHOP_TIME)
    row = Delivery.objects.get(kind="content.deleted")
    Delivery.objects.update(status="failed", attempts=8)
    listed = owner.get("/cms/webhook_calls/results/?kind=content.deleted").content.decode()
    assert f"/cms/webhook_calls/inspect/{row.pk}/" in listed
    assert listed.count("/cms/webhook_calls/inspect/") == 1
    assert owner.get(f"/cms/webhook_calls/again/{row.pk}/").status_code == 200
    assert owner.post(f"/cms/webhook_calls/again/{row.pk}/").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("queued", 0)
    assert Delivery.objects.filter(webhook=made, status="failed").count() == 1


def test_a_new_secret_takes_the_place_of_the_old_one(owner: Any, shop: Any) -> None:
    made = hook(shop.site, "https://a.example/")
    old = made.secret
    owner.get(f"/cms/webhooks/secret/{made.pk}/")
    made.refresh_from_db()
    assert made.secret == old
    page = owner.post(f"/cms/webhooks/secret/{made.pk}/", follow=True)
    made.refresh_from_db()
    assert made.secret != old
    assert made.secret in page.content.decode()


def test_the_log_is_neither_written_nor_deleted_by_hand(owner: Any, shop: Any) -> None:
    hook(shop.site, "https://a.example/")
    webhooks.post(kind="content.published", site_id=shop.site.pk, payload={}, at=SHOP_TIME)
    row = Delivery.objects.get()
    for path in ("new/", f"edit/{row.pk}/", f"delete/{row.pk}/"):
        assert owner.post(f"/cms/webhook_calls/{path}").status_code in (302, 403, 404)
    assert Delivery.objects.filter(pk=row.pk, status="queued").exists()


@pytest.mark.parametrize("role", ["editor", "moderator", "translator", "desk", "technician"])
def test_nobody_but_owners_sees_them(client: Any, shop: Any, role: str) -> None:
    log_in(client, role)
    made = hook(shop.site, "https://a.example/")
    paths = ["", "new/", f"edit/{made.pk}/", f"test/{made.pk}/", f"secret/{made.pk}/", f"delete/{made.pk}/"]
    for path in [*(f"/cms/webhooks/{one}" for one in paths), "/cms/webhook_calls/"]:
        assert client.get(path).status_code in (302, 403), path
        assert client.post(path).status_code in (302, 403, 405), path
    made.refresh_from_db()
    assert not Delivery.objects.exists()
