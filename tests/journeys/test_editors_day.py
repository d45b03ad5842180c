"""An editor's day in Wagtail's admin, as it is lived: written, looked at, approved, scheduled, taken back."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from oscar.apps.order.models import Order
from playwright.sync_api import expect
from wagtail.images import get_image_model
from wagtail.models import Locale

from cms.models import FAQ, DraftPreview, LandingPage, RepairType, Subject
from repairs.models import Job
from shop.models import RepairOffer
from site_config import urls
from site_config.roles import make_roles
from tests.accounts import PASSWORD
from tests.cms.editors_forms import home_of
from tests.factories import Shop, make_shop, make_user
from tests.journeys.editor import Writer, picture
from tests.journeys.test_in_the_browser import choose_a_time, describe, go_on_to_details, pay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT_ONCE = 1.0  # seconds until everybody sees what was published
expect.set_options(timeout=45_000)
SHOP_FRONT = "/screens-by-friday/"


@pytest.fixture
def shop(served: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The small shop with a home page, one question, and its roles. Uploads go to a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    media = next(one for one in urls.urlpatterns if str(one.pattern) == "media/<path:path>")
    monkeypatch.setitem(media.default_args, "document_root", settings.MEDIA_ROOT)
    shop = make_shop()
    home_of(shop.site)
    FAQ.objects.create(
        question="Do I need a time?", answer="<p>It helps.</p>", live=True, locale=Locale.get_default()
    ).save_revision()
    make_roles()
    return shop


@pytest.fixture
def enter(chromium: Any, served: str, shop: Shop) -> Iterator[Callable[[str], Writer]]:
    """Opens a window for somebody with a role. A script error in any of them fails the test."""
    contexts, errors = [], []

    def window(role: str) -> Writer:
        make_user(f"{role}@example.com").groups.add(Group.objects.get(name=role))
        contexts.append(
            chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        )
        tab = contexts[-1].new_page()
        tab.set_default_timeout(45_000)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        return Writer(tab, served).log_in(f"{role}@example.com", PASSWORD)

    yield window
    for context in contexts:
        context.close()
    assert errors == []


def told(page: Any, path: str) -> str:
    """What an anonymous visitor or program gets; nothing when it is not found."""
    answer = page.request.get(path)
    return str(answer.text()) if answer.status == 200 else ""


def by_api(path: str) -> str:
    """Where the API gives the page of this path."""
    return f"/api/v1/pages/?path={path}"


def shown(page: Any, address: str, words: str) -> bool:
    """Whether everybody reads these words there, a second from now at the latest."""
    late = time.monotonic() + AT_ONCE
    while words not in told(page, address) and time.monotonic() < late:
        pass
    return words in told(page, address)


def landing_page(editor: Writer, folder: Path) -> None:
    """From a starter, with two more blocks and a picture from this machine; saved as a draft."""
    tab = editor.tab
    tab.get_by_role("button", name="Begin with “One repair”").click()
    editor.told("A draft was made for you.")
    editor.field("Title").fill("Screens by Friday")
    editor.field("Promise").fill("Your screen, new by Friday")
    table = editor.add_block("Price table")
    editor.field("Heading", table).fill("What the others cost")
    editor.choose(table, "Choose device or category", "iPhone 13")
    shown = editor.add_block("Picture")
    editor.upload(shown, picture(folder), "A phone on the bench")
    editor.field("Alt text", shown).fill("A green phone stands on an amber bench.")
    editor.press("Save draft")
    editor.told(re.compile("has been updated"))


def test_a_landing_page_from_the_starter_to_live_scheduled_compared_and_rolled_back(
    served: str, shop: Shop, enter: Callable[[str], Writer], page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, api = served + SHOP_FRONT, served + by_api(SHOP_FRONT)
    editor = enter("editor")
    editor.open(f"landing-pages/new/{shop.site.root_page_id}/")
    landing_page(editor, tmp_path)
    editor.open_image("A phone on the bench")
    editor.draw_focal_point()
    editor.save_image()
    assert get_image_model().objects.get().has_focal_point()

    draft = LandingPage.objects.get()
    edit = f"pages/{draft.pk}/edit/"
    editor.open(edit)
    seen = editor.preview()
    expect(seen.get_by_role("heading", name="Your screen, new by Friday")).to_be_visible()
    expect(seen.get_by_role("img", name="A green phone stands on an amber bench.")).to_have_count(1)
    expect(seen.get_by_text("Draft: only you see this.")).to_be_visible()
    assert not told(page, here) and not told(page, api)
    editor.submit()

    moderator = enter("moderator")
    moderator.approve("Screens by Friday")
    for address in (here, api):
        assert shown(page, address, "A green phone stands on an amber bench."), address
    page.goto(here)
    expect(page.get_by_role("heading", name="Your screen, new by Friday")).to_be_visible()
    expect(page.get_by_role("heading", name="What the others cost")).to_be_visible()

    soon = timezone.localtime() + timedelta(hours=2)
    moderator.open(edit)
    moderator.field("Promise").fill("Your screen, new on Saturday")
    moderator.schedule(f"{soon:%Y-%m-%d %H:%M}")
    assert "new by Friday" in told(page, here), "a schedule changes nothing before its time"
    with monkeypatch.context() as later:
        later.setattr("django.utils.timezone.now", lambda: soon + timedelta(minutes=1))
        call_command("publish_scheduled", verbosity=0)
    assert shown(page, here, "new on Saturday") and shown(page, api, "new on Saturday")

    moderator.compare(f"pages/{draft.pk}/history/")
    expect(moderator.tab.locator(".deletion", has_text="Friday").first).to_be_visible()
    expect(moderator.tab.locator(".addition", has_text="Saturday").first).to_be_visible()
    moderator.roll_back(f"pages/{draft.pk}/history/")
    assert shown(page, here, "new by Friday") and shown(page, api, "new by Friday")


def new_device(editor: Writer, folder: Path) -> None:
    """A device with a photo, handed in."""
    editor.open("snippets/cms/subject/add/")
    editor.field("Kind").select_option("device")
    editor.choose(editor.tab, "Choose device or category", "iPhone")
    editor.field("Name").fill("iPhone 14")
    editor.field("Brand").fill("Apple")
    editor.field("Year").fill("2022")
    editor.upload(editor.tab, picture(folder, "iphone-14.png"), "iPhone 14")
    editor.field("What the photo shows").fill("A green iPhone 14")
    editor.submit()


def new_repair(editor: Writer) -> None:
    """A repair for the new device alone, handed in."""
    editor.open("snippets/cms/repairtype/add/")
    editor.field("Name").fill("Face ID repair")
    editor.choose(editor.tab, "Choose device or category", "iPhone 14")
    editor.field("Summary").fill("So that it knows you again.")
    editor.submit()


def new_question(editor: Writer) -> None:
    """A question about the device, handed in."""
    editor.open("snippets/cms/faq/add/")
    editor.field("Question").fill("Will it know my face again?")
    editor.write(editor.tab, "Yes, we calibrate it.")
    editor.choose(editor.tab, "Choose device or category", "iPhone 14")
    editor.submit()


def price(moderator: Writer) -> None:
    """Where the form of the repair leads."""
    moderator.open(f"snippets/cms/repairtype/edit/{RepairType.objects.get(slug='face-id-repair').pk}/")
    moderator.tab.get_by_role("link", name="Set its price").click()
    moderator.field("Gross price").fill("149.00")
    moderator.tab.get_by_role("button", name="Create").click()
    moderator.tab.locator(".messages").wait_for()


def test_a_device_with_its_repair_and_question_goes_live_and_is_bought(
    served: str, shop: Shop, enter: Callable[[str], Writer], page: Any, tmp_path: Path
) -> None:
    editor, moderator = enter("editor"), enter("moderator")
    new_device(editor, tmp_path)
    new_repair(editor)
    new_question(editor)
    here = f"{served}/devices/iphone-14/"
    assert not told(page, here) and "iPhone 14" not in told(page, f"{served}/find/?q=iphone+14")
    for title in ("iPhone 14", "Face ID repair", "Will it know my face again?"):
        moderator.approve(title)
    price(moderator)
    assert RepairOffer.objects.get(repair_type__slug="face-id-repair").active

    assert shown(page, here, "Face ID repair")
    page.goto(here)
    expect(page.get_by_role("heading", name="iPhone 14 repair")).to_be_visible()
    expect(page.get_by_role("img", name="A green iPhone 14")).to_be_visible()
    page.get_by_text("Will it know my face again?").click()
    expect(page.get_by_text("Yes, we calibrate it.")).to_be_visible()
    for path in (
        "/api/v1/devices/iphone-14/",
        "/find/?q=iphone+14+face",
        "/repairs/iphone/",
        "/book/?device=iphone-14",
    ):
        assert shown(page, served + path, "iPhone 14"), path
    assert shown(page, f"{served}/api/v1/faqs/?subject=iphone-14", "Yes, we calibrate it.")

    page.goto(f"{served}/devices/iphone-14/face-id-repair/")
    page.locator("main a[href*='/book/?']:visible").first.click()
    describe(page)
    choose_a_time(page)
    go_on_to_details(page)
    pay(page)
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/checkout/thank-you/**")
    assert str(Order.objects.get().total_incl_tax) == "149.00"
    assert Job.objects.get().device == Subject.objects.get(slug="iphone-14")


def test_the_frontend_shows_a_draft_to_its_editor_while_everybody_else_reads_the_old_words(
    served: str, shop: Shop, enter: Callable[[str], Writer], page: Any
) -> None:
    home = shop.site.root_page
    offer = home.add_child(instance=LandingPage(title="Summer", slug="summer", introduction="Old words."))
    offer.save_revision().publish()
    editor = enter("editor")
    editor.open(f"pages/{offer.pk}/edit/")
    editor.field("Introduction").fill("Words of the draft.")
    expect(editor.preview().get_by_text("Words of the draft.")).to_be_visible()
    seen = editor.preview_in("Preview client")
    expect(seen.get_by_text("Words of the draft.")).to_be_visible()
    link = seen.locator(":root").evaluate("() => location.href")
    assert link.startswith(f"{served}/preview-client/?") and "token=" in link

    for path in ("/summer/", by_api("/summer/")):
        assert "Old words." in told(page, served + path) and "Words of the draft." not in told(page, served + path)
    page.goto(link)  # the frontend may be open anywhere: who holds the token sees what the editor sees
    expect(page.get_by_text("Words of the draft.")).to_be_visible()
    token = re.findall(r"token=([\w-]+)", link)[0]
    asked = f"{served}/api/v1/preview/?token={token}"
    assert "no-store" in page.request.get(asked).headers["cache-control"]

    user = get_user_model().objects.get(email="editor@example.com")
    group = Group.objects.get(name="editor")
    user.groups.remove(group)
    assert page.request.get(asked).status == 404, "the right is gone"
    user.groups.add(group)
    assert page.request.get(asked).status == 200
    DraftPreview.objects.update(expires_at=timezone.now())
    assert page.request.get(asked).status == 404, "its time is over"


def test_an_editor_cannot_publish_and_a_translator_cannot_delete(shop: Shop, enter: Callable[[str], Writer]) -> None:
    editor, translator, moderator = enter("editor"), enter("translator"), enter("moderator")
    places = (
        f"pages/{shop.site.root_page_id}/edit/",
        f"snippets/cms/subject/edit/{shop.iphone_13.pk}/",
        f"snippets/cms/repairtype/edit/{shop.screen.pk}/",
        f"snippets/cms/faq/edit/{FAQ.objects.get().pk}/",
    )
    for place in places:
        editor.open(place)
        assert "Submit to Moderators approve" in editor.offers(), place
        assert not {"Publish", "Unpublish", "Delete"} & set(editor.offers()), place
        moderator.open(place)
        assert "Publish" in moderator.offers(), place
    for place in (places[0], places[2], places[3]):
        translator.open(place)  # an original: translations are theirs, and only those
        translator.told("Sorry, you do not have permission to access this area.")
    translator.open(f"snippets/cms/faq/delete/{FAQ.objects.get().pk}/")
    translator.told("Sorry, you do not have permission to access this area.")
    translator.open(f"pages/{shop.site.root_page_id}/delete/")
    translator.told("Sorry, you do not have permission to access this area.")
    assert FAQ.objects.exists()
