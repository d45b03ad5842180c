"""The words of a message."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import override_settings

from notifications import render as rendering
from notifications.kinds import KINDS
from notifications.render import CannotRender, render
from tests.notifications.facts import FACTS, facts_for

SMS_KINDS = [name for name, kind in KINDS.items() if "sms" in kind.channels]


class Tags(HTMLParser):
    """Collects the tags and the link targets of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def email(kind: str, context: dict[str, Any], language: str = "en-gb") -> rendering.Rendered:
    return render(kind=kind, channel="email", language=language, context=context)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_its_facts_in_text_and_in_html(kind: str) -> None:
    words = email(kind, facts_for(kind))
    for part in (words.subject, words.text, words.html):
        assert part.strip()
        assert "{{" not in part and "{%" not in part and "None" not in part
    shown = ["Mendwell London", "12 Coldharbour Lane", "+44 20 7946 0018"]
    shown += ["https://shop.example/reset/abc/"] if kind == "account.mail" else ["MW-2026-ABC", FACTS["link"]]
    for fact in shown:
        assert fact in words.text, fact
        assert fact in words.html, fact


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_do_without_its_facts(kind: str) -> None:
    words = email(kind, {"subject": "News", "body": "News"} if kind == "account.mail" else {})
    assert words.subject
    assert "()" not in words.subject
    for part in (words.text, words.html):
        assert "None" not in part
        assert 'href=""' not in part
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize("kind", SMS_KINDS)
def test_every_sms_is_one_line_with_the_link(kind: str) -> None:
    words = render(kind=kind, channel="sms", language="en-gb", context=FACTS)
    assert words.text.startswith("Mendwell London: ")
    assert words.text.endswith(FACTS["link"])
    assert "\n" not in words.text
    assert words.subject == words.html == ""


def test_the_confirmation_explains_the_price_to_the_last_factor() -> None:
    words = email("order.placed", FACTS)
    for line in [*FACTS["lines"], {"label": "Total, VAT included", "amount": "£467.98"}]:
        assert line["label"] in words.html and line["amount"] in words.html
        assert any(row.startswith(line["label"]) and row.endswith(line["amount"]) for row in words.text.splitlines())
    assert "Monday 2 March 2026, 10:30 GMT" in words.text
    amounts = [row for row in words.text.splitlines() if "£" in row]
    assert len({len(row) for row in amounts}) == 1, "amounts stand under each other"


@pytest.mark.parametrize("broken", ["\r\nBcc: all@example.com", "\nSubject: x", "\x0b\x0c\u2028\u2029\x85Cc: y"])
def test_no_value_can_start_a_new_line_in_a_subject(broken: str) -> None:
    for kind in KINDS:
        subject = email(kind, {**facts_for(kind), "device": broken, "reference": broken, "subject": broken}).subject
        assert len(subject.splitlines()) == 1
        assert not any(ord(char) < 32 for char in subject)


def test_a_subject_has_an_end() -> None:
    assert len(email("job.ready", {"device": "x" * 5000}).subject) <= rendering.LONGEST_SUBJECT


def test_html_in_a_value_stays_text() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    hostile: dict[str, Any] = dict.fromkeys(FACTS, evil) | {"lines": [{"label": evil, "amount": evil}]}
    for kind in KINDS:
        html = email(kind, hostile | {"subject": evil, "body": evil}).html
        tags = Tags(html).tags
        assert "script" not in tags and "img" not in tags
        assert "&lt;script&gt;" in html or kind == "account.mail"


def test_template_code_in_a_value_stays_text() -> None:
    words = email("job.ready", {"note": "{{ settings.SECRET_KEY }} {% include 'x' %} {0.__class__}"})
    assert "{{ settings.SECRET_KEY }}" in words.text
    assert "{0.__class__}" in words.text


def test_a_line_break_in_a_value_cannot_write_a_paragraph_of_its_own() -> None:
    words = email("job.ready", {**FACTS, "device": "iPhone\n\nYour payment failed"})
    assert not any(row.startswith("Your payment failed") for row in words.text.splitlines())


def test_advertising_in_a_name_is_not_passed_on() -> None:
    words = email("order.placed", {**FACTS, "customer_name": "Win at https://bad.example/"})
    assert "bad.example" not in words.text + words.html


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//bad.example", ""])
def test_only_web_addresses_become_a_button(link: str) -> None:
    assert not Tags(email("job.ready", {**FACTS, "link": link}).html).links


def test_mail_asks_nothing_from_the_network_and_carries_its_style_in_the_tags() -> None:
    html = email("order.placed", FACTS).html
    tags = Tags(html)
    assert not {"link", "script", "img", "iframe"} & set(tags.tags)
    assert 'style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 600px" in html


def test_mail_templates_know_no_tags_of_any_room() -> None:
    assert set(rendering.engine().template_libraries) == {"i18n"}


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(CannotRender, match=r"job\.vanished"):
        email("job.vanished", {})


def test_a_broken_template_is_told_from_a_passing_fault(tmp_path: Any) -> None:
    folder = tmp_path / "notifications" / "job_ready"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{% load wagtailcore_tags %}")
    broken = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path], "OPTIONS": {}}]
    rendering.engine.cache_clear()
    try:
        with override_settings(TEMPLATES=broken), pytest.raises(CannotRender, match=r"job\.ready"):
            email("job.ready", FACTS)
    finally:
        rendering.engine.cache_clear()
