"""A page in another language: begun as a draft, translated, approved, live; and never half of it."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from wagtail.models import Locale, Page, TaskState
from wagtail_localize.models import Translation

from cms.admin.translating import workflow_address
from cms.frontends.middleware import public_root
from cms.models import FAQ, ContentPage, FAQGroup, HomePage, RepairType, Version
from cms.translations import writing
from cms.translations.progress import with_progress
from cms.versions import Scope
from tests.cms.editors import person
from tests.cms.editors_forms import contact_form, home_of
from tests.cms.translating import (
    LOCALIZE,
    block_page,
    edit,
    in_portuguese,
    make_portuguese,
    portuguese,
    publish,
    put,
    say,
    send,
    snippet_edit,
    submit,
    text_page,
    translation_of,
)
from tests.factories import Shop, make_user

API = "/api/v1/pages/"


def number() -> int:
    """The counter of the content."""
    return Version.objects.filter(scope=Scope.CONTENT).values_list("number", flat=True).first() or 0


@pytest.fixture
def home(shop: Shop) -> HomePage:
    page = home_of(shop.site)
    page.save_revision().publish()
    portuguese()
    return HomePage.objects.get(pk=page.pk)


@pytest.fixture
def warranty(home: HomePage) -> ContentPage:
    return text_page(home)


@pytest.fixture
def owner(home: HomePage) -> Client:
    return person("owner")


@pytest.fixture
def translator(home: HomePage) -> Client:
    return person("translator")


@pytest.fixture
def moderator(home: HomePage) -> Client:
    return person("moderator")


def waiting(row: Any) -> TaskState:
    return TaskState.objects.get(revision=in_portuguese(row).latest_revision, status=TaskState.STATUS_IN_PROGRESS)


def approve(browser: Client, row: Any) -> Any:
    """The moderator's button above the translation."""
    return browser.post(answering(row, "approve"), {"comment": "Bom."})


def answering(row: Any, what: str) -> str:
    """The address of approve or reject."""
    return workflow_address(in_portuguese(row), "workflow_action", what, waiting(row).pk)


# --- the journey ------------------------------------------------------------------------------------------------------


def test_a_page_goes_from_english_to_portuguese_through_three_hands(
    client: Client, owner: Client, translator: Client, moderator: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home, title="Mendwell em português", headline="Bem consertado")
    assert submit(moderator, warranty).status_code == 302
    assert client.get("/pt-br/warranty/").status_code == 404
    assert "0 of 3 sentences" in translator.get(edit(warranty)).text

    say(translator, warranty, title="Garantia", slug="garantia", body="O que consertamos fica consertado.")
    assert client.get("/pt-br/garantia/").status_code == 404
    assert send(translator, warranty).status_code == 302
    assert client.get("/pt-br/garantia/").status_code == 404
    assert "Waits for a moderator" in translator.get(edit(warranty)).text
    assert "Approve and publish" in moderator.get(edit(warranty)).text

    before = number()
    assert approve(moderator, warranty).status_code == 302
    assert number() > before
    shown = client.get("/pt-br/garantia/").text
    assert "O que consertamos fica consertado." in shown
    assert "stays mended" not in shown
    found = client.get(f"{API}?path=/garantia/&locale=pt-br").json()
    assert (found["title"], found["locale"], found["path"]) == ("Garantia", "pt-BR", "/pt-br/garantia/")
    assert "stays mended" in client.get("/warranty/").text
    assert client.get(f"{API}?path=/warranty/").json()["title"] == "Warranty"


def test_a_question_goes_the_same_way(
    client: Client, owner: Client, translator: Client, moderator: Client, home: HomePage
) -> None:
    faq = question()
    submit(owner, faq)
    assert not in_portuguese(faq).live
    say(translator, faq, question="Demora?", answer="Uma hora.")
    send(translator, faq)
    assert not in_portuguese(faq).live
    approve(moderator, faq)
    there = in_portuguese(faq)
    assert (there.live, there.question) == (True, "Demora?")
    assert "Uma hora." in there.answer
    rows = client.get("/api/v1/faqs/?locale=pt-BR").json()["items"]
    assert [row["question"] for row in rows] == ["Demora?"]


def question(**more: Any) -> FAQ:
    faq = FAQ(question="How long?", answer="<p>An hour.</p>", locale=Locale.get_default(), live=False, **more)
    faq.save()
    faq.save_revision().publish()
    return FAQ.objects.get(pk=faq.pk)


# --- nothing by half --------------------------------------------------------------------------------------------------


def test_a_submitted_page_and_the_pages_above_it_begin_as_drafts(
    client: Client, owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    submit(owner, warranty)
    assert not Page.objects.filter(locale=portuguese(), live=True).exists()
    assert in_portuguese(home).alias_of is None
    assert translation_of(home).enabled
    assert "PT" not in client.get("/pt-br/warranty/").text


def test_half_a_translation_cannot_be_published_by_its_button(
    owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    submit(owner, warranty)
    say(owner, warranty, but="body")
    answer = owner.post(edit(warranty), {"action": "publish"}, follow=True)
    assert "1 sentence still waits for words" in answer.text
    assert not in_portuguese(warranty).live


def test_half_a_translation_cannot_be_sent_to_moderators(
    translator: Client, owner: Client, warranty: ContentPage
) -> None:
    submit(owner, warranty)
    say(translator, warranty, but="body")
    assert (
        "1 sentence still waits"
        in translator.post(f"/cms/translations/{translation_of(warranty).pk}/send/", follow=True).text
    )
    assert not in_portuguese(warranty).workflow_in_progress


def test_a_copy_in_english_goes_live_through_no_other_door(owner: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    say(owner, warranty)  # every sentence has words, but nobody wrote the page from them
    there = in_portuguese(warranty)
    owner.post(f"/cms/bulk/wagtailcore/page/publish/?next=/cms/&id={there.pk}", {"include_descendants": ""})
    assert not in_portuguese(warranty).live
    with pytest.raises(PermissionDenied):
        there.get_latest_revision().publish()
    with pytest.raises(PermissionDenied):
        there.live = True
        there.save()


def test_a_copy_of_a_snippet_goes_live_through_no_other_door(owner: Client, home: HomePage) -> None:
    faq = question()
    submit(owner, faq)
    owner.post(f"/cms/bulk/cms/faq/publish/?next=/cms/&id={in_portuguese(faq).pk}")
    assert not in_portuguese(faq).live


def test_a_page_becomes_no_live_alias_of_the_english_one(owner: Client, home: HomePage, warranty: ContentPage) -> None:
    there = make_portuguese(owner, warranty)
    owner.post(f"{LOCALIZE}page/{there.pk}/convert_to_alias/")
    assert Page.objects.get(pk=there.pk).alias_of is None
    with pytest.raises(writing.NotForThePublic):
        home.copy_for_translation(Locale.objects.create(language_code="fr"), alias=True)


def test_asking_for_one_translation_leaves_the_live_ones_alone(client: Client, owner: Client, home: HomePage) -> None:
    group = FAQGroup.objects.create(name="Paying", slug="paying", live=True, locale=home.locale)
    group.save_revision().publish()
    make_portuguese(owner, FAQGroup.objects.get(pk=group.pk), name="Pagamento")
    before = number()
    submit(owner, question(group=FAQGroup.objects.get(pk=group.pk)))
    there = in_portuguese(group)
    assert (there.live, there.name) == (True, "Pagamento")
    assert number() == before + 1  # the question itself, in English


def test_a_translation_brings_no_group_or_repair_that_is_not_there(owner: Client, home: HomePage) -> None:
    group = FAQGroup.objects.create(name="Paying", slug="paying", live=True, locale=home.locale)
    group.save_revision().publish()
    there = make_portuguese(owner, question(group=FAQGroup.objects.get(pk=group.pk)))
    assert there.group == in_portuguese(group)
    assert not there.group.live


# --- what changes later -----------------------------------------------------------------------------------------------


def test_new_english_words_wait_and_the_live_translation_stays(
    client: Client, owner: Client, translator: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home)
    make_portuguese(owner, warranty, title="Garantia", slug="garantia", body="Fica consertado.")
    assert "Live in" in translator.get(edit(warranty)).text
    warranty.body = "<p>What we mend stays mended.</p><p>Bring the receipt.</p>"
    warranty.save_revision().publish()
    shown = translator.get(edit(warranty)).text
    assert "The original has new words" in shown
    assert "3 of 4 sentences" in shown
    assert "Fica consertado." in client.get("/pt-br/garantia/").text
    assert "receipt" not in client.get("/pt-br/garantia/").text
    assert "Waiting for translations" in translator.get(f"{LOCALIZE}reports/translations/").text


def test_taking_over_changes_publishes_no_english(
    client: Client, owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home)
    make_portuguese(owner, warranty, slug="garantia")
    warranty.body = "<p>Quite new.</p>"
    warranty.save_revision().publish()
    source = translation_of(warranty).source
    owner.post(f"{LOCALIZE}update/{source.pk}/", {"publish_translations": "on"})
    assert "Quite new." not in client.get("/pt-br/garantia/").text
    assert "PT What we mend" in client.get("/pt-br/garantia/").text


def test_words_written_after_a_translation_went_live_are_no_draft_of_the_public(
    client: Client, owner: Client, translator: Client, moderator: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home)
    make_portuguese(owner, warranty, slug="garantia", body="Fica consertado.")
    say(translator, warranty, slug="garantia", body="Fica bem consertado.")
    assert "Fica consertado." in client.get("/pt-br/garantia/").text
    assert "Changed since it went live" in translator.get(edit(warranty)).text
    send(translator, warranty)
    assert "Fica consertado." in client.get("/pt-br/garantia/").text
    approve(moderator, warranty)
    assert "Fica bem consertado." in client.get("/pt-br/garantia/").text


def test_a_live_translation_may_be_moved_and_locked_while_new_words_wait(
    owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, warranty)
    warranty.body = "<p>Quite new.</p>"
    warranty.save_revision().publish()
    there = in_portuguese(warranty)
    there.locked = True
    there.save()
    assert in_portuguese(warranty).locked


def test_what_was_sent_twice_waits_once(owner: Client, translator: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    say(translator, warranty)
    send(translator, warranty)
    send(translator, warranty)
    assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).count() == 1


def test_what_comes_back_is_sent_again(
    owner: Client, translator: Client, moderator: Client, warranty: ContentPage
) -> None:
    submit(owner, warranty)
    say(translator, warranty)
    send(translator, warranty)
    moderator.post(answering(warranty, "reject"), {"comment": "Mais curto."})
    assert "Mais curto." in translator.get(edit(warranty)).text
    say(translator, warranty, title="Curto")
    send(translator, warranty)
    approve(moderator, warranty)
    assert (in_portuguese(warranty).live, in_portuguese(warranty).title) == (True, "Curto")


# --- who may what -----------------------------------------------------------------------------------------------------


def refused(answer: Any) -> bool:
    """Sent away or told so, and not for want of a log-in."""
    return answer.status_code in (302, 403) and "login" not in answer.headers.get("Location", "")


def test_a_translator_publishes_nothing(owner: Client, translator: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    say(translator, warranty)
    assert refused(publish(translator, warranty))
    assert not in_portuguese(warranty).live
    send(translator, warranty)
    translator.post(answering(warranty, "approve"), {"comment": ""})
    assert not in_portuguese(warranty).live


def test_a_translator_leaves_originals_alone(translator: Client, warranty: ContentPage) -> None:
    faq = question()
    for place in (f"/cms/pages/{warranty.pk}/edit/", snippet_edit(faq)):
        assert refused(translator.get(place)), place
        assert refused(translator.post(place, {"title": "Mine", "question": "Mine"})), place
    assert ContentPage.objects.get(pk=warranty.pk).latest_revision.object_str == "Warranty"
    assert refused(submit(translator, warranty))
    assert not Translation.objects.exists()


def test_a_translator_deletes_and_stops_nothing(owner: Client, translator: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    there = in_portuguese(warranty)
    assert refused(translator.post(f"/cms/pages/{there.pk}/delete/"))
    assert refused(translator.post(f"{LOCALIZE}translate/{translation_of(warranty).pk}/disable/"))
    assert in_portuguese(warranty).pk == there.pk
    assert translation_of(warranty).enabled


@pytest.mark.parametrize(
    "place",
    [
        "/cms/settings/cms/shopsettings/",
        "/cms/settings/cms/sitemenus/",
        "/cms/repairoffer/",
        "/cms/siteshop/",
        "/cms/snippets/cms/faq/add/",
        "/cms/locales/",
        "/cms/users/",
    ],
)
def test_a_translator_sees_no_settings_and_no_prices(translator: Client, place: str) -> None:
    assert refused(translator.get(place)), place


def test_a_translator_finds_her_work_in_the_list(owner: Client, translator: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    assert edit(warranty) in translator.get(f"{LOCALIZE}reports/translations/").text


def test_who_may_not_change_a_translation_cannot_send_it(owner: Client, warranty: ContentPage) -> None:
    submit(owner, warranty)
    say(owner, warranty)
    stranger = make_user("stranger@example.com")
    stranger.user_permissions.add(Permission.objects.get(codename="access_admin"))
    browser = Client()
    browser.force_login(stranger)
    assert refused(send(browser, warranty))
    assert not in_portuguese(warranty).workflow_in_progress


# --- what the public finds --------------------------------------------------------------------------------------------


def test_a_page_in_two_languages_leads_to_both(
    client: Client, owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home)
    make_portuguese(owner, warranty, slug="garantia")
    root = public_root(home.get_site())
    for place in ("/warranty/", "/pt-br/garantia/"):
        shown = client.get(place).text
        head, body = shown.split("<body", 1)
        assert f'hreflang="pt-br" href="{root}/pt-br/garantia/"' in head
        assert f'hreflang="en-gb" href="{root}/warranty/"' in head
        other = "/pt-br/garantia/" if place == "/warranty/" else "/warranty/"
        assert f'class="site-nav__language" href="{root}{other}"' in body
    told = client.get("/sitemap.xml").text
    assert f'hreflang="pt-br" href="{root}/pt-br/garantia/"' in told


def test_a_page_in_one_language_leads_to_the_other_home_page(
    client: Client, owner: Client, home: HomePage, warranty: ContentPage
) -> None:
    make_portuguese(owner, home)
    submit(owner, warranty)
    shown = client.get("/warranty/").text
    assert "site-nav__language" not in shown
    assert "/pt-br/warranty/" not in shown
    assert 'hreflang="pt-br"' not in shown.split("<body", 1)[0]
    assert 'hreflang="pt-br"' in shown.split("<footer", 1)[1]
    assert "/pt-br/warranty/" not in client.get("/sitemap.xml").text


# --- what a sentence is -----------------------------------------------------------------------------------------------


def test_every_sentence_that_waits_can_be_typed(owner: Client, shop: Shop, home: HomePage) -> None:
    steps = [{"title": "One", "text": "x"}, {"title": "Two", "text": "y"}]
    blocks = [
        {"type": "hero", "value": {"heading": "Screens", "text": "Today.", "links": []}},
        {"type": "steps", "value": {"heading": "How", "steps": steps}},
        {"type": "call", "value": {"heading": "Now", "link": {"text": "Find it", "address": "/devices/"}}},
        {"type": "text", "value": "<h2>So</h2><p>It is <b>so</b>.</p>"},
        {"type": "offer", "value": {"heading": "Ours", "device": shop.iphone_13.pk, "repair_type": shop.screen.pk}},
        {"type": "price_table", "value": {"heading": "Prices", "subject": shop.iphone_13.pk, "most": 8}},
    ]  # fmt: skip
    page = block_page(home, blocks, seo_title="Screens", search_description="All of them.")
    shop.screen.description, shop.screen.preparation = "New glass.", "Back it up."
    shop.screen.seo_title = shop.screen.search_description = "Screens"
    shop.screen.save_revision().publish()
    for row in (page, RepairType.objects.get(pk=shop.screen.pk), question()):
        submit(owner, row)
        waiting_for = translation_of(row).source.stringsegment_set.count()
        shown = owner.get(edit(row)).context["props"]
        assert shown.count('"type": "string"') == waiting_for, row
        say(owner, row)
        publish(owner, row)
        assert in_portuguese(row).live, row
    shown = json.dumps(list(in_portuguese(page).body.raw_data))
    for word in ("Screens", "How", "One", "Two", "Find it", "Ours", "Prices", "Today."):
        assert f"PT {word}" in shown, word
    assert '"/devices/"' in shown


def test_words_in_lists_keep_their_translation_when_the_page_is_published_again(owner: Client, home: HomePage) -> None:
    steps = [{"title": "One", "text": "x"}, {"title": "Two", "text": "y"}]
    page = block_page(home, [{"type": "steps", "value": {"heading": "How", "steps": steps}}])
    make_portuguese(owner, page)
    page.title = "Other"
    page.save_revision().publish()
    assert with_progress(translation_of(page)) == (7, 1)


def test_a_form_is_translated_with_its_fields_and_keeps_their_names(
    client: Client, owner: Client, home: HomePage
) -> None:
    form = contact_form(home)
    make_portuguese(owner, home)
    there = make_portuguese(owner, form, slug="contato")
    english, fields = form.form_fields.all(), there.form_fields.all()
    assert [field.label for field in fields] == [f"PT {field.label}" for field in english]
    assert [field.clean_name for field in fields] == [field.clean_name for field in english]
    assert "PT Your message" in client.get("/pt-br/contato/").text
    assert "PT Your message" not in client.get("/contact/").text


def test_a_repair_keeps_its_address_and_what_money_hangs_on(owner: Client, shop: Shop, home: HomePage) -> None:
    there = make_portuguese(owner, shop.screen, name="Troca de tela")
    assert (there.name, there.slug, there.subject) == ("Troca de tela", shop.screen.slug, shop.screen.subject)
    paths = {one.context.path for one in translation_of(shop.screen).source.overridablesegment_set.all()}
    assert paths == set()


def test_a_sentence_of_another_translation_is_not_written(
    translator: Client, owner: Client, warranty: ContentPage
) -> None:
    faq = question()
    submit(owner, warranty)
    submit(owner, faq)
    foreign = translation_of(faq).source.stringsegment_set.first()
    assert foreign
    put(translator, f"{LOCALIZE}translate/{translation_of(warranty).pk}/strings/{foreign.pk}/edit/", "x", status=(404,))
