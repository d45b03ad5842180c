"""A form in the blocks of another page, and the way to the shop beside it."""

import json
from typing import Any

import pytest
from django.test import Client

from cms.models import FormAnswer, FormField, FormPage, LandingPage, ShopSettings
from tests import forms
from tests.cms.editors_forms import WORDS, contact_form, home_of
from tests.factories import Shop


@pytest.fixture
def home(shop: Shop) -> Any:
    return home_of(shop.site)


def landing(home: Any, *pages: FormPage) -> None:
    blocks = [{"type": "form", "value": {"heading": "Write to us", "text": "", "form": page.pk}} for page in pages]
    page = LandingPage(title="An offer", slug="offer", body=json.dumps(blocks))
    home.add_child(instance=page)
    page.save_revision().publish()


def call_back(home: Any) -> FormPage:
    page = FormPage(title="Call me back", slug="call-me-back")
    page.form_fields = [FormField(sort_order=0, label="Your name", field_type="singleline")]
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


def test_a_form_in_a_block_is_sent_to_its_own_page_and_shows_its_faults_there(home: Any, client: Client) -> None:
    landing(home, contact_form(home))
    form = forms.find(client.get("/offer/"), "your_message")
    assert form.address == "/contact/"
    origin = {"HTTP_ORIGIN": "http://testserver"}
    refused = client.post(form.address, {**form.values, "your_name": "Ada Smith"}, **origin)
    assert "Please fill this in." in refused.content.decode()
    assert forms.find(refused, "your_message").values["your_name"] == ["Ada Smith"]
    assert client.post(form.address, WORDS, **origin)["Location"] == "/contact/sent/"
    assert not FormAnswer.objects.get().suspected


def test_two_forms_on_a_page_share_no_id(home: Any, client: Client) -> None:
    landing(home, contact_form(home), call_back(home))
    body = client.get("/offer/").content.decode()
    ids = [part.split('"')[0] for part in body.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    assert body.count('name="your_name"') == 2


def test_a_form_that_is_not_published_leaves_the_page_without_a_gap(home: Any, client: Client) -> None:
    page = contact_form(home)
    landing(home, page)
    page.unpublish()
    body = client.get("/offer/").content.decode()
    assert "Write to us" not in body
    assert "<form" not in body.split("<main")[1].split("</main>")[0]


def test_the_map_is_a_drawing_of_ours_that_leads_elsewhere_and_loads_nothing(
    home: Any, client: Client, shop: Shop
) -> None:
    contact_form(home)
    details = ShopSettings.for_site(shop.site)
    assert "openstreetmap" not in client.get("/contact/").content.decode()
    details.latitude, details.longitude = "51.466400", "-0.102300"
    details.save()
    body = client.get("/contact/").content.decode()
    assert 'href="https://www.openstreetmap.org/?mlat=51.466400&amp;mlon=-0.102300#map=17/51.466400/-0.102300"' in body
    assert '<svg class="map__picture"' in body
    assert 'src="http' not in body.replace('src="http://testserver', "")
    assert "09:00–18:00" in body


def test_a_form_may_stand_without_address_and_hours(home: Any, client: Client) -> None:
    contact_form(home, show_visit=False)
    assert "Come and see us" not in client.get("/contact/").content.decode()
