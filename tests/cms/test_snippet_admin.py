"""Devices, repairs, complaints and questions in Wagtail's admin: lists, many at once, previews on the real page."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from cms.models import FAQ, CommonIssue, FAQGroup, FAQPage, HomePage, RepairType, Subject
from shop.models import RepairOffer, RepairProduct
from tests.cms.editors import KINDS, at, faq_form, issue_form, person, repair_form, send, subject_form
from tests.factories import Shop, complaint, repair_type, subject
from tests.shop.statements import counted


@pytest.fixture
def moderator(shop: Shop) -> Client:
    return person("moderator")


@pytest.fixture
def editor(shop: Shop) -> Client:
    return person("editor")


def text(browser: Client, address: str, **query: Any) -> str:
    answer = browser.get(address, query)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("model", KINDS)
def test_every_list_shows_status_and_can_be_searched_and_filtered(moderator: Client, model: Any) -> None:
    body = text(moderator, at(model), live="true", q="no such thing")
    assert "no-results" in body or "no match" in body.lower() or "no " in body.lower()
    assert text(moderator, at(model))


def test_a_device_is_found_in_the_list_the_moment_it_was_saved(moderator: Client, shop: Shop) -> None:
    send(moderator, at(Subject, "add"), subject_form(parent=shop.iphone.pk))
    body = text(moderator, at(Subject), q="A2882")
    found = Subject.objects.get(slug="iphone-14")
    assert at(Subject, "edit", found.pk) in body and at(Subject, "edit", shop.iphone_13.pk) not in body
    assert "draft" in body


@pytest.mark.parametrize("path", ["copy", "inspect", "history", "usage", "edit"])
def test_a_repair_can_be_copied_looked_at_and_traced(moderator: Client, shop: Shop, path: str) -> None:
    assert "Screen repair" in text(moderator, at(RepairType, path, shop.screen.pk))


def test_two_versions_can_be_compared(moderator: Client, shop: Shop) -> None:
    first = shop.screen.save_revision()
    shop.screen.summary = "Glass and display."
    second = shop.screen.save_revision()
    address = f"{at(RepairType, 'history', shop.screen.pk)}revisions/compare/{first.pk}...{second.pk}/"
    assert "Glass and display." in text(moderator, address)


def many(browser: Client, model: Any, action: str, *rows: Any) -> Any:
    ids = "&".join(f"id={row.pk}" for row in rows)
    return browser.post(f"/cms/bulk/cms/{model._meta.model_name}/{action}/?next=/cms/&{ids}")


def test_many_are_unpublished_and_published_at_once(moderator: Client, shop: Shop) -> None:
    rows = (shop.iphone_12, shop.iphone_13)
    ids = "&".join(f"id={row.pk}" for row in rows)
    assert "iPhone 12" in text(moderator, f"/cms/bulk/cms/subject/unpublish/?next=/cms/&{ids}")
    assert many(moderator, Subject, "unpublish", *rows).status_code == 302
    assert not Subject.objects.filter(pk__in=[row.pk for row in rows], live=True).exists()
    assert many(moderator, Subject, "publish", *rows).status_code == 302
    assert Subject.objects.filter(pk__in=[row.pk for row in rows], live=True).count() == 2


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete"])
def test_an_editor_cannot_publish_or_take_off_many(editor: Client, shop: Shop, action: str) -> None:
    shop.iphone_12.name = "iPhone 12 draft"
    shop.iphone_12.save_revision()
    many(editor, Subject, action, shop.iphone_12)
    assert Subject.objects.get(pk=shop.iphone_12.pk, live=True).name == "iPhone 12"


def test_what_somebody_locked_stays_when_many_are_published(moderator: Client, shop: Shop) -> None:
    other = person("owner")
    assert other.post(at(Subject, "lock", shop.iphone_12.pk)).status_code == 302
    many(moderator, Subject, "unpublish", shop.iphone_12, shop.iphone_13)
    assert list(Subject.objects.filter(slug__in=["iphone-12", "iphone-13"], live=True)) == [shop.iphone_12]


def test_the_schedule_says_how_late_it_may_be(moderator: Client, shop: Shop) -> None:
    assert "up to 90 seconds" in text(moderator, at(Subject, "edit", shop.iphone_12.pk))


def test_the_form_tells_what_customers_read_and_from_where(editor: Client, shop: Shop) -> None:
    Subject.objects.filter(pk=shop.phones.pk).update(preparation="Back up your phone.")
    body = text(editor, at(RepairType, "edit", shop.screen.pk))
    assert "“Back up your phone.”, from Phones" in body
    assert "“Back up your phone.”, written here" in text(editor, at(Subject, "edit", shop.phones.pk))


def test_the_slug_follows_the_name_until_it_is_live(editor: Client) -> None:
    body = text(editor, at(RepairType, "add"))
    assert 'data-controller="w-sync"' in body and 'data-w-sync-target-value="#id_slug"' in body
    assert 'data-controller="w-slug"' in body


def test_a_repair_without_a_price_says_that_nobody_can_buy_it(moderator: Client, shop: Shop) -> None:
    bare = repair_type("Camera repair", "camera-repair", shop.iphone)
    body = text(moderator, at(RepairType, "edit", bare.pk))
    address = f"/cms/repairoffer/new/?repair_type={bare.pk}&amp;subject={shop.iphone.pk}"
    assert "It has no price yet." in body and address in body
    form = text(moderator, address.replace("&amp;", "&"))
    assert "Camera repair" in form and 'value="GBP"' in form
    assert "It has no price yet." not in text(moderator, at(RepairType, "edit", shop.screen.pk))


def test_an_editor_proposes_a_price_that_counts_when_a_moderator_says_so(
    editor: Client, moderator: Client, shop: Shop
) -> None:
    bare = repair_type("Camera repair", "camera-repair", shop.iphone)
    form = {
        "site": shop.site.pk,
        "repair_type": bare.pk,
        "subject": shop.iphone.pk,
        "kind": "fixed",
        "price": "99",
        "currency": "GBP",
    }
    assert editor.post("/cms/repairoffer/new/", {**form, "active": "on"}).status_code == 302
    offer = RepairOffer.objects.get(repair_type=bare)
    assert not offer.active
    assert "A price is proposed" in text(editor, at(RepairType, "edit", bare.pk))
    assert editor.post(f"/cms/repairoffer/edit/{offer.pk}/", {**form, "active": "on"}).status_code == 302
    offer.refresh_from_db()
    assert not offer.active, "an editor may not change prices"
    assert moderator.post(f"/cms/repairoffer/edit/{offer.pk}/", {**form, "active": "on"}).status_code == 302
    offer.refresh_from_db()
    assert offer.active and RepairProduct.objects.filter(repair_type=bare).exists()


def preview(browser: Client, model: Any, form: dict[str, Any], pk: int | None = None) -> Any:
    """What the preview panel of the form shows."""
    address = at(model, "preview", *([pk] if pk else []))
    said = browser.post(address, form).json()
    assert said["is_available"], said
    return browser.get(address)


def test_an_unsaved_device_is_previewed_on_its_real_page_and_kept_by_nobody(editor: Client, shop: Shop) -> None:
    shown = preview(editor, Subject, subject_form(parent=shop.iphone.pk))
    body = shown.content.decode()
    assert "iPhone 14 repair" in body and "Screen repair" in body and "£199.99" in body, "with the prices of its kind"
    assert "Draft: only you see this." in body
    assert "no-store" in shown["Cache-Control"]
    assert not Subject.objects.filter(slug="iphone-14").exists()


@pytest.mark.parametrize("form", [{"name": "", "year": "", "brand": ""}, {"kind": "category"}])
def test_a_half_filled_form_previews_too(editor: Client, shop: Shop, form: dict[str, str]) -> None:
    parent = shop.phones if form.get("kind") else shop.iphone
    assert "Draft: only you" in preview(editor, Subject, subject_form(parent=parent.pk, **form)).content.decode()


def test_a_changed_repair_is_previewed_on_its_page_with_its_price(editor: Client, shop: Shop) -> None:
    form = repair_form(name="Glass repair", slug="screen-repair", subject=shop.iphone.pk, summary="Clear again.")
    body = preview(editor, RepairType, form, shop.screen.pk).content.decode()
    assert "Glass repair for iPhone" in body and "Clear again." in body and "£199.99" in body
    assert "Screen repair" not in body
    assert "Screen repair" in text(Client(), "/devices/iphone-8/screen-repair/")


def test_a_new_repair_without_a_price_previews_in_words(editor: Client, shop: Shop) -> None:
    body = preview(editor, RepairType, repair_form(subject=shop.iphone.pk)).content.decode()
    assert "Face ID repair" in body and "no price" in body


def test_a_new_complaint_and_a_new_question_are_previewed_where_they_will_stand(editor: Client, shop: Shop) -> None:
    form = issue_form(subject=shop.phones.pk, repair_type=shop.battery.pk, advice="Often it is the sensor.")
    body = preview(editor, CommonIssue, form).content.decode()
    assert "It does not know my face" in body and "Often it is the sensor." in body and "repair=battery-replace" in body
    body = preview(editor, FAQ, faq_form(subject=shop.iphone.pk)).content.decode()
    assert "Will Face ID work again?" in body and "iPhone repair" in body
    assert "Will Face ID work again?" in preview(editor, FAQ, faq_form()).content.decode()
    group = {
        "name": "Paying",
        "slug": "paying",
        "introduction": "",
        "sort_order": "0",
        "go_live_at": "",
        "expire_at": "",
    }
    assert "Paying" in preview(editor, FAQGroup, group).content.decode()


def test_a_question_about_the_shop_is_previewed_on_the_page_of_all_questions(editor: Client, shop: Shop) -> None:
    home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="the-home", headline="Mended"))
    home.add_child(instance=FAQPage(title="Questions and answers", slug="questions"))
    shop.site.root_page = home
    shop.site.save()
    body = preview(editor, FAQ, faq_form()).content.decode()
    assert "Questions and answers" in body and "Will Face ID work again?" in body
    assert "Will Face ID work again?" not in text(Client(), "/questions/")
    paying = FAQGroup.objects.create(name="Paying", slug="paying", live=True, locale=home.locale)
    assert "Paying" in preview(editor, FAQ, faq_form(group=paying.pk)).content.decode()


@pytest.mark.parametrize("model", [Subject, RepairType, CommonIssue, FAQ])
def test_a_list_takes_the_same_statements_for_many_rows(moderator: Client, shop: Shop, model: Any) -> None:
    def rows(start: int) -> None:
        for number in range(start, start + 5):
            subject("device", f"Phone {number}", f"phone-{number}", shop.iphone)
            repair_type(f"Repair {number}", f"repair-{number}", shop.iphone)
            complaint(f"It is odd {number}", shop.iphone, repair_type=shop.port)
            FAQ.objects.create(question=f"Why {number}?", answer="", subject=shop.iphone, locale=shop.screen.locale)

    def statements() -> int:
        with counted() as seen:
            text(moderator, at(model))
        return len(seen)

    rows(0)
    statements()
    few = statements()
    rows(5)
    assert statements() <= few


def test_the_files_of_a_photo_are_made_by_publishing_and_not_by_a_visitor(
    shop: Shop, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = get_image_model().objects.create(title="Phones", file=get_test_image_file(size=(700, 900)))
    shop.iphone.photo = image
    with django_capture_on_commit_callbacks(execute=True):
        shop.iphone.save_revision().publish()
    assert image.renditions.count() == 3


def test_the_photo_of_the_nearest_node_stands_instead_of_the_drawing(shop: Shop, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = get_image_model().objects.create(title="Phones", file=get_test_image_file(size=(700, 900)))
    shop.iphone.photo, shop.iphone.photo_alt = image, "Three phones on a bench"
    shop.iphone.save_revision().publish()
    for path in ("/devices/", "/devices/iphone-8/", "/repairs/iphone/", "/devices/iphone-8/screen-repair/"):
        assert 'class="art-photo"' in text(Client(), path), path
    body = text(Client(), "/devices/iphone-8/")
    assert 'alt="Three phones on a bench"' in body and " 640w" in body and ".webp" in body
    photo = Client().get("/api/v1/devices/iphone-8/").json()["photo"]
    assert photo["from"] == {"kind": "category", "slug": "iphone", "name": "iPhone"}
    assert [file["width"] for file in photo["files"]] == [160, 320, 640] and photo["url"].startswith("http")
    assert Client().get("/api/v1/devices/").json()["items"][0]["photo"]["alt"] == "Three phones on a bench"


def test_a_photo_whose_file_is_lost_leaves_the_drawing(shop: Shop, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = get_image_model().objects.create(title="Phones", file=get_test_image_file())
    shop.iphone.photo = image
    shop.iphone.save_revision().publish()
    image.file.storage.delete(image.file.name)
    assert 'class="art-photo"' not in text(Client(), "/devices/iphone-8/")


def test_the_same_complaint_of_device_and_family_is_shown_once_and_the_nearest_counts(shop: Shop) -> None:
    complaint("It got wet", shop.phones, repair_type=shop.port)
    complaint("it got wet", shop.iphone_8, repair_type=shop.battery)
    body = text(Client(), "/devices/iphone-8/")
    assert body.lower().count("it got wet") == 1 and "repair=battery-replacement" in body


def test_a_chooser_speaks_the_language_of_whoever_looks_and_not_of_whoever_came_first() -> None:
    with translation.override("pt-br"):
        chooser = Subject.snippet_viewset.chooser_viewset.widget_class()
        assert str(chooser.choose_one_text).startswith("Escolher")
    with translation.override("en-gb"):
        assert str(chooser.choose_one_text) == "Choose device or category"
