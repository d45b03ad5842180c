"""The answers to a form in the admin: who reads them, how they are filtered, and the file for a spreadsheet."""

import csv
import io
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from openpyxl import load_workbook

from cms.forms.answering import answer_form
from cms.forms.listing import harmless
from cms.models import FormAnswer, FormPage
from site_config.roles import make_roles
from tests.cms.editors_forms import WORDS, contact_form, home_of
from tests.factories import SHOP_TIME, Shop, make_user


@pytest.fixture
def page(shop: Shop) -> FormPage:
    return contact_form(home_of(shop.site))


def a(role: str) -> Client:
    """The browser of somebody with this role."""
    make_roles()
    user = make_user(f"{role}@example.com", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def address(page: FormPage) -> str:
    return f"/cms/forms/submissions/{page.pk}/"


def write(page: FormPage, **more: Any) -> FormAnswer:
    return answer_form(page=page, values={**WORDS, **more}, address="192.0.2.1", at=SHOP_TIME)


@pytest.mark.parametrize("role", ["editor", "moderator", "owner"])
def test_whoever_edits_pages_reads_the_answers(page: FormPage, role: str) -> None:
    write(page)
    client = a(role)
    assert "My phone fell." in client.get(address(page)).content.decode()
    assert "Contact" in client.get("/cms/forms/").content.decode()


@pytest.mark.parametrize("role", ["translator", "customer", "desk", "technician"])
def test_nobody_else_reads_or_deletes_them(page: FormPage, role: str) -> None:
    kept = write(page)
    client = a(role)
    assert client.get(address(page)).status_code in {302, 403}
    assert client.get(f"{address(page)}?export=csv").status_code in {302, 403}
    client.post(f"{address(page)}delete/?selected-submissions={kept.pk}")
    assert FormAnswer.objects.filter(pk=kept.pk).exists()


def test_what_looks_like_spam_is_marked_and_filtered(page: FormPage) -> None:
    write(page)
    write(page, your_message="[url=https://buy.example]buy[/url]")
    client = a("editor")
    everything = client.get(address(page)).content.decode()
    assert "My phone fell." in everything
    assert "buy.example" in everything
    good = client.get(f"{address(page)}?suspected=false").content.decode()
    assert "My phone fell." in good
    assert "buy.example" not in good
    bad = client.get(f"{address(page)}?suspected=true").content.decode()
    assert "My phone fell." not in bad
    assert "buy.example" in bad


def test_the_answers_are_given_as_a_file_for_spreadsheets(page: FormPage) -> None:
    write(page, best_days=["Monday", "Tuesday"], your_name="=1+1", telephone="+44 20 7946 0018")
    client = a("editor")
    told = b"".join(client.get(f"{address(page)}?export=csv").streaming_content).decode()
    heads, row = list(csv.reader(io.StringIO(told)))
    kept = dict(zip(heads, row, strict=True))
    assert kept["Your name"] == "'=1+1"
    assert kept["Telephone"] == "+44 20 7946 0018"
    assert kept["Best days"] == "Monday, Tuesday"
    assert kept["Your message"] == WORDS["your_message"]
    book = load_workbook(BytesIO(client.get(f"{address(page)}?export=xlsx").getvalue()))
    assert [cell.value for cell in book.active[1]] == heads
    assert book.active.max_row == 2


def test_a_moderator_deletes_what_somebody_asked_us_to_forget_and_an_editor_cannot(page: FormPage) -> None:
    kept = write(page)
    a("editor").post(f"{address(page)}delete/?selected-submissions={kept.pk}")
    assert FormAnswer.objects.exists()
    a("moderator").post(f"{address(page)}delete/?selected-submissions={kept.pk}")
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize("formula", ["=1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1", "+44 =1"])
def test_a_formula_stays_words(formula: str) -> None:
    assert harmless(formula) == f"'{formula}"


@pytest.mark.parametrize("words", ["+44 20 7946 0018", "-12.50", "Ada - and Bob", "", None, True])
def test_what_is_no_formula_stays_as_it_was(words: Any) -> None:
    assert harmless(words) == words
