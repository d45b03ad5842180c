"""Forms that editors put together, by the API."""

from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from cms.forms.fields import TRAP
from cms.models import FormAnswer, FormPage
from notifications.models import Message
from tests.api.callers import Caller, fault
from tests.cms.editors_forms import WORDS, contact_form, home_of
from tests.factories import Shop

PATH = "forms/contact/answers/"


@pytest.fixture
def page(shop: Shop) -> FormPage:
    return contact_form(home_of(shop.site))


def test_a_form_tells_what_to_show_and_where_to_send_it(page: FormPage, caller: Caller) -> None:
    form = caller.get("forms/contact/").json()
    assert form["action"] == f"/api/v1/{PATH}"
    fields = {field["name"]: field for field in form["fields"]}
    assert (fields["your_name"]["type"], fields["your_name"]["autocomplete"]) == ("text", "name")
    assert fields["telephone"]["required"] is False
    assert [choice["value"] for choice in fields["best_days"]["choices"]] == ["Monday", "Tuesday"]


def test_an_answer_is_kept_mailed_and_thanked_for_once(page: FormPage, caller: Caller) -> None:
    for _time in range(2):
        sent = caller.post(PATH, {"answers": {**WORDS, "best_days": ["Monday"], "call_me": True}})
        assert (sent.status_code, sent.json()) == (201, {"thank_you": page.thank_you})
    kept = FormAnswer.objects.get()
    assert kept.form_data["best_days"] == ["Monday"]
    assert not kept.suspected
    assert Message.objects.count() == 2


def test_faults_name_the_fields_of_the_form(page: FormPage, caller: Caller) -> None:
    refused = fault(caller.post(PATH, {"answers": {"e_mail": "ada"}}), 400, "invalid")
    assert {row["field"] for row in refused["errors"]} == {
        f"answers.{name}" for name in ("your_name", "e_mail", "what_is_it_about", "your_message")
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": []},
        {"answers": {"nothing": "x"}},
        {"answers": {}, "more": 1},
        {"answers": "x"},
        {"answers": {"\ud800": 1}},
    ],
)
def test_what_is_no_answer_is_refused(page: FormPage, caller: Caller, body: Any) -> None:
    fault(caller.post(PATH, body), 400, "invalid")
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize(
    "junk", [None, True, 1, 1e308, [], [[]], {}, {"a": [1]}, ["x"] * 500, "\x00", "\ud800", "x" * 60_000]
)
def test_any_field_may_hold_anything_without_an_error_of_ours(page: FormPage, caller: Caller, junk: Any) -> None:
    for name in (*WORDS, "best_days", "call_me"):
        assert caller.post(PATH, {"answers": {**WORDS, name: junk}}).status_code in {201, 400, 413, 429}


def test_the_field_that_people_do_not_see_makes_an_answer_suspected(page: FormPage, caller: Caller) -> None:
    assert caller.post(PATH, {"answers": {**WORDS, TRAP: "x"}}).status_code == 201
    assert FormAnswer.objects.get().suspected


def test_whoever_sent_too_much_is_told_when_to_come_back(page: FormPage, caller: Caller, settings: Any) -> None:
    settings.FORM_ANSWERS_PER_HOUR = 1
    caller.post(PATH, {"answers": WORDS})
    refused = caller.post(PATH, {"answers": {**WORDS, "your_message": "More"}})
    fault(refused, 429, "throttled")
    assert int(refused["Retry-After"]) >= 3600


def test_the_same_key_is_the_same_answer(page: FormPage, caller: Caller) -> None:
    first = caller.post(PATH, {"answers": WORDS}, key="one")
    again = caller.post(PATH, {"answers": WORDS}, key="one")
    assert first.status_code == again.status_code == 201
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("slug", ["about", "none"])
def test_there_is_no_other_form(page: FormPage, caller: Caller, slug: str) -> None:
    fault(caller.get(f"forms/{slug}/"), 404, "not_found")
    fault(caller.post(f"forms/{slug}/answers/", {"answers": {}}), 404, "not_found")


def test_a_form_that_is_not_published_or_not_public_is_not_there(page: FormPage, caller: Caller) -> None:
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")
    fault(caller.get("forms/contact/"), 404, "not_found")
    restriction.delete()
    page.unpublish()
    fault(caller.get("forms/contact/"), 404, "not_found")
    fault(caller.post(PATH, {"answers": WORDS}), 404, "not_found")
