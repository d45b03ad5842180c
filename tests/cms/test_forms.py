"""Forms that editors put together: what is kept, who is told, and what is held off."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from cms.forms import pruning as form_pruning
from cms.forms.answering import AnswerNotGood, TooManyAnswers, answer_form, as_posted, network
from cms.forms.fields import TRAP
from cms.models import FormAnswer, FormField, FormPage
from notifications.models import Message
from notifications.render import render
from tests import forms
from tests.cms.editors_forms import WORDS, contact_form, home_of
from tests.factories import SHOP_TIME, Shop
from tests.shop.statements import counted

SAME = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def page(shop: Shop) -> FormPage:
    return contact_form(home_of(shop.site))


def answer(page: FormPage, *, address: str = "192.0.2.1", at: Any = SHOP_TIME, **more: Any) -> FormAnswer:
    return answer_form(page=page, values={**WORDS, **more}, address=address, at=at)


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


# what is kept


def test_an_answer_is_kept_with_its_words_and_told_to_shop_and_sender(page: FormPage) -> None:
    kept = answer(page, best_days=["Monday", "Tuesday"], call_me=True)
    assert kept.form_data["your_message"] == "My phone fell.\n\nCan you look at it?"
    assert kept.form_data["best_days"] == ["Monday", "Tuesday"]
    assert kept.form_data["call_me"] is True
    assert not kept.suspected
    to = dict(Message.objects.values_list("kind", "to"))
    assert to == {"form.answered": "hello@mendwell.example", "form.thanks": "ada@example.com"}


def test_the_same_words_twice_on_a_day_are_one_answer_told_once(page: FormPage) -> None:
    assert answer(page).pk == answer(page).pk
    assert FormAnswer.objects.count() == 1
    assert Message.objects.count() == 2
    answer(page, at=SHOP_TIME + timedelta(days=1))
    assert FormAnswer.objects.count() == 2


def test_what_does_not_fit_the_pages_own_fields_is_refused_field_by_field(page: FormPage) -> None:
    with pytest.raises(AnswerNotGood) as refusal:
        answer(page, your_name=" ", e_mail="ada", what_is_it_about="Money", your_message="x" * 4001)
    found = {name: words[0] for name, words in refusal.value.form.errors.items()}
    assert set(found) == {"your_name", "e_mail", "what_is_it_about", "your_message"}
    assert found["your_name"] == "Please fill this in."
    assert found["what_is_it_about"] == "Please choose one of these."
    assert not FormAnswer.objects.exists()
    assert not Message.objects.exists()


def test_what_the_form_does_not_ask_for_is_not_kept(page: FormPage) -> None:
    assert "is_admin" not in answer(page, is_admin="yes").form_data


@pytest.mark.parametrize("junk", ["nul\x00byte", "\x1b[2J", "\ud800", "\u202eevil"])
def test_hostile_signs_are_refused_or_taken_out_and_never_an_error_of_ours(page: FormPage, junk: str) -> None:
    try:
        kept = answer(page, your_message=f"Hello {junk} you")
    except AnswerNotGood as refusal:
        assert "your_message" in refusal.form.errors
    else:
        assert not {"\x00", "\x1b", "\ud800"} & set(kept.form_data["your_message"])


def test_an_answer_and_its_mails_are_written_together_or_not_at_all(page: FormPage, monkeypatch: Any) -> None:
    def broken(**_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("cms.forms.answering.outbox.post", broken)
    with pytest.raises(RuntimeError):
        answer(page)
    assert not FormAnswer.objects.exists()


# who is told


def test_the_mail_to_the_shop_has_every_answer_with_its_label_and_its_line_breaks(page: FormPage) -> None:
    answer(page, your_message="First line\n\n" + "long " * 797)
    row = Message.objects.get(kind="form.answered")
    words = render(kind=row.kind, channel="email", language=row.language, context=row.context)
    for part in (words.text, words.html):
        for told in ("Your name", "Ada Smith", "ada@example.com", "A repair", "First line"):
            assert told in part
        assert part.count("long") == 797  # nothing of the longest text is cut off
        assert "Telephone" not in part
    assert "/cms/forms/submissions/" in words.text
    assert words.subject == "Contact: somebody wrote to you"


def test_nothing_that_a_visitor_wrote_goes_into_the_mail_to_the_address_they_typed(page: FormPage) -> None:
    answer(page, your_name="Buy at evil.example", your_message="Cheap pills, call now")
    row = Message.objects.get(kind="form.thanks")
    words = render(kind=row.kind, channel="email", language=row.language, context=row.context)
    for part in (words.subject, words.text, words.html):
        assert "evil" not in part
        assert "pills" not in part
    assert page.thank_you in words.text


def test_a_strangers_letter_box_is_not_filled_through_us(page: FormPage) -> None:
    for number in range(5):
        answer(page, address=f"192.0.2.{number}", your_message=f"Message {number}")
    assert kinds().count("form.answered") == 5
    assert kinds().count("form.thanks") == 2


def test_answers_go_where_the_page_says(shop: Shop) -> None:
    answer(contact_form(home_of(shop.site), mail_to="desk@mendwell.example"))
    assert Message.objects.get(kind="form.answered").to == "desk@mendwell.example"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_answer_told_once(page: FormPage) -> None:
    gate = Barrier(4)

    def click(number: int) -> int:
        try:
            gate.wait(10)
            return int(answer(page, address=f"192.0.2.{number}").pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    assert FormAnswer.objects.count() == 1
    assert kinds() == ["form.answered", "form.thanks"]


# what is held off


def test_no_label_of_an_editor_is_the_field_that_people_do_not_see() -> None:
    for label in ("Homepage URL", "homepage-url", "Homepage_url"):
        assert FormField(label=label).get_field_clean_name() != TRAP


@pytest.mark.parametrize(
    "spam",
    [
        {TRAP: "https://buy.example"},
        {"your_name": "visit www.buy.example"},
        {"your_message": "<a href='https://buy.example'>buy</a>"},
        {"your_message": "[url=https://buy.example]buy[/url]"},
        {"your_message": "https://a.example and https://b.example"},
        {"your_message": "cheap at best-pills.top and best-watches.xyz"},
    ],
)
def test_what_looks_like_advertising_is_kept_and_mailed_to_nobody(page: FormPage, spam: dict[str, str]) -> None:
    assert answer(page, **spam).suspected
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "honest",
    [
        "It looks like this one: https://shop.example/phone, can you mend it?",
        'The screen is < 5 years old & [cracked]. It is a 13" one.',
        "Meu telefone caiu na água, vocês consertam?",
        "Mail me at ada@example.com please.",
    ],
)
def test_what_a_customer_writes_is_no_advertising(page: FormPage, honest: str) -> None:
    assert not answer(page, your_message=honest).suspected


def test_one_address_sends_so_many_an_hour_and_others_go_on(page: FormPage, settings: Any) -> None:
    settings.FORM_ANSWERS_PER_HOUR = 2
    for number in range(2):
        answer(page, your_message=f"Message {number}")
    with pytest.raises(TooManyAnswers):
        answer(page, your_message="One more")
    answer(page, your_message="One more", address="192.0.2.99")
    assert FormAnswer.objects.count() == 3


def test_all_addresses_of_one_ipv6_line_are_one_visitor() -> None:
    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9")
    assert network("2001:db8:1:3::1") != network("2001:db8:1:2::1")
    assert network("192.0.2.7") == "192.0.2.7"


def test_json_is_read_as_a_browser_would_have_posted_it() -> None:
    posted = as_posted({"a": None, "b": False, "c": True, "d": ["x", 1], "e": "", "f": 1.5})
    assert dict(posted.lists()) == {"a": [], "b": [], "c": ["True"], "d": ["x", "1"], "e": [""], "f": ["1.5"]}


# by the page


def test_the_form_is_sent_from_its_page_without_script_or_token_and_leads_to_a_thank_you(page: FormPage) -> None:
    client = Client(enforce_csrf_checks=True)
    shown = client.get("/contact/")
    form = forms.find(shown, "your_message")
    assert "csrf" not in shown.content.decode().lower()
    assert not shown.cookies
    posted = client.post(form.address, {**form.values, **WORDS}, **SAME)
    assert (posted.status_code, posted["Location"]) == (302, "/contact/sent/")
    thanks = client.get("/contact/sent/").content.decode()
    assert page.thank_you in thanks
    assert '<meta name="robots" content="noindex">' in thanks
    assert FormAnswer.objects.count() == 1
    assert Message.objects.count() == 2


def test_faults_stand_beside_their_fields_and_on_top_and_nothing_typed_is_lost(page: FormPage, client: Client) -> None:
    shown = client.post("/contact/", {**WORDS, "e_mail": "ada"}, **SAME)
    body = shown.content.decode()
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert f'href="#form{page.pk}_e_mail"' in body
    assert f'id="form{page.pk}_e_mail_error"' in body
    assert "My phone fell." in body
    assert forms.find(shown, "your_message").values["your_name"] == ["Ada Smith"]
    assert not FormAnswer.objects.exists()


@pytest.mark.parametrize(
    "told",
    [{"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}, {"HTTP_REFERER": "https://evil.example/"}],
)
def test_a_post_from_another_site_is_refused(page: FormPage, client: Client, told: dict[str, str]) -> None:
    assert client.post("/contact/", WORDS, **told).status_code == 403
    assert not FormAnswer.objects.exists()


def test_a_browser_that_names_only_the_page_it_came_from_is_believed(page: FormPage, client: Client) -> None:
    client.post("/contact/", WORDS, HTTP_REFERER="http://testserver/contact/")
    assert not FormAnswer.objects.get().suspected


def test_a_program_that_does_not_say_where_it_comes_from_is_suspected(page: FormPage, client: Client) -> None:
    assert client.post("/contact/", WORDS).status_code == 302
    assert FormAnswer.objects.get().suspected


def test_spam_gets_the_same_thank_you(page: FormPage, client: Client) -> None:
    assert client.post("/contact/", {**WORDS, TRAP: "x"}, **SAME)["Location"] == "/contact/sent/"
    assert FormAnswer.objects.get().suspected


def test_whoever_sent_too_much_is_told_so_and_keeps_the_words(page: FormPage, client: Client, settings: Any) -> None:
    settings.FORM_ANSWERS_PER_HOUR = 1
    client.post("/contact/", WORDS, **SAME)
    refused = client.post("/contact/", {**WORDS, "your_message": "Another one"}, **SAME)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"
    assert "Another one" in refused.content.decode()


def test_a_huge_post_is_refused_before_it_is_read(page: FormPage, client: Client) -> None:
    refused = client.post("/contact/", {**WORDS, "your_message": "x" * 70_000}, **SAME)
    assert refused.status_code == 413
    assert "shorter" in refused.content.decode()


def test_another_page_of_editors_takes_no_post_in_anybodys_name(page: FormPage) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/", {"x": "y"}, HTTP_ORIGIN="https://evil.example").status_code == 200  # the page, as by GET


def test_a_page_that_is_not_live_takes_no_answers(page: FormPage, client: Client) -> None:
    page.unpublish()
    assert client.post("/contact/", WORDS, **SAME).status_code == 404
    assert client.get("/contact/sent/").status_code == 404


def test_a_form_costs_a_fixed_number_of_statements(page: FormPage, client: Client) -> None:
    assert client.get("/contact/").status_code == 200
    with counted() as statements:
        client.get("/contact/")
    assert len(statements) <= 10, "\n".join(statements)


# how long


def test_answers_go_after_their_time_and_spam_sooner(page: FormPage, settings: Any) -> None:
    now = timezone.now()
    for days, suspected, words in (
        (10, False, "young"),
        (400, False, "old"),
        (40, True, "spam"),
        (5, True, "fresh spam"),
    ):
        kept = answer(page, your_message=words)
        FormAnswer.objects.filter(pk=kept.pk).update(submit_time=now - timedelta(days=days), suspected=suspected)
    assert form_pruning.prune(at=now) == 2
    left = {row.form_data["your_message"] for row in FormAnswer.objects.all()}
    assert left == {"young", "fresh spam"}
    settings.FORM_ANSWER_DAYS = 0
    FormAnswer.objects.filter(suspected=False).update(submit_time=now - timedelta(days=4000))
    assert form_pruning.prune(at=now) == 0
