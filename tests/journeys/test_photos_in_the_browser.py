"""The uploader in a real browser: dropping, progress, a refused file, retry after a lost line, removing and undoing."""

import base64
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from repairs.models import Photo
from shop import drafts
from tests.factories import make_shop
from tests.repairs.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DROP = """([content, name, type]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const block = document.querySelector("[data-photos]");
  for (const kind of ["dragenter", "dragover", "drop"])
    block.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def begin(served: str) -> str:
    """A booking that has come to its photos; the address of the step."""
    shop, at = make_shop(), timezone.now()
    draft, token = drafts.start(site=shop.site, at=at)
    item = drafts.add_item(draft, at=at, device=shop.iphone_8)
    drafts.answer_issue(draft, item, repair_types=[shop.screen], condition="good", problem="", at=at)
    return f"{served}/book/{token}/photos/"


@pytest.fixture
def visitor(chromium: Any) -> Any:
    """A phone. A refused file is an answer of 422, which the console notes; so this page does not watch it."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", has_touch=True)
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.set_default_timeout(45_000)
    yield tab
    context.close()
    assert faults == []


def files(*contents: bytes) -> list[dict[str, Any]]:
    return [{"name": f"p{n}.jpg", "mimeType": "image/jpeg", "buffer": content} for n, content in enumerate(contents)]


def tiles(page: Any) -> Any:
    return page.locator("[data-photos-list] [data-photo]")


def test_pictures_are_dropped_and_chosen_and_a_bad_one_leaves_the_good_ones_alone(served: str, visitor: Any) -> None:
    visitor.goto(begin(served))
    visitor.evaluate(DROP, [base64.b64encode(picture()).decode(), "dropped.jpg", "image/jpeg"])
    tiles(visitor).first.wait_for()
    visitor.locator("[data-photos-input]").first.set_input_files(files(picture(), b"<html>", picture(kind="PNG")))
    visitor.locator(".photo__problem:visible", has_text="We cannot read this picture").wait_for()
    tiles(visitor).nth(2).wait_for()
    assert visitor.locator("[data-photos-count]").inner_text() == "3"
    assert visitor.locator("[data-photo-retry]:visible").count() == 0
    visitor.get_by_role("button", name="Take this file off the list").click()
    assert visitor.locator(".photo--refused").count() == 0
    assert Photo.objects.count() == 3


def test_a_big_picture_is_made_smaller_before_it_travels(served: str, visitor: Any, tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    Image.effect_noise((2600, 1300), 80).convert("RGB").save(big)
    assert big.stat().st_size > 3_000_000
    visitor.goto(begin(served))
    visitor.locator("[data-photos-input]").first.set_input_files(str(big))
    tiles(visitor).first.wait_for()
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (2048, 1024)
    assert photo.size < big.stat().st_size / 2


def test_a_lost_line_is_said_and_sending_again_works(served: str, visitor: Any) -> None:
    address = begin(served)
    visitor.goto(address)
    visitor.route("**/photos/", lambda route: route.abort())
    visitor.locator("[data-photos-input]").first.set_input_files(files(picture()))
    visitor.locator(".photo__problem:visible", has_text="The connection was lost").wait_for()
    assert not Photo.objects.exists()
    visitor.unroute("**/photos/")
    visitor.get_by_role("button", name="Try again").click()
    tiles(visitor).first.wait_for()
    assert Photo.objects.count() == 1


def test_removing_can_be_undone_and_otherwise_holds(served: str, visitor: Any) -> None:
    visitor.goto(begin(served))
    visitor.locator("[data-photos-input]").first.set_input_files(files(picture(), picture()))
    tiles(visitor).nth(1).wait_for()
    visitor.get_by_role("button", name="Remove this picture").first.click()
    visitor.get_by_role("button", name="Undo").click()
    assert tiles(visitor).count() == 2
    visitor.get_by_role("button", name="Remove this picture").first.click()
    note = visitor.get_by_label("Note on this picture")
    note.fill("The corner")
    with visitor.expect_response(lambda answer: answer.request.method == "POST"):
        note.blur()
    visitor.goto(f"{served}/")  # leaving says it to the server
    for _turn in range(50):
        if Photo.objects.count() == 1:
            break
        visitor.wait_for_timeout(100)
    assert Photo.objects.get().caption == "The corner"


def test_going_on_waits_for_a_picture_that_is_still_being_sent(served: str, visitor: Any) -> None:
    address = begin(served)
    visitor.goto(address)
    held: list[Any] = []
    visitor.route("**/photos/", lambda route: held.append(route) if not held else route.continue_())
    visitor.locator("[data-photos-input]").first.set_input_files(files(picture()))
    visitor.locator(".photo--sending").wait_for()
    going_on = visitor.locator(".order-sheet button", has_text="Continue")
    going_on.click()
    visitor.locator(".order-sheet button", has_text="Sending your pictures").wait_for()
    while not held:
        visitor.wait_for_timeout(50)
    held[0].continue_()
    visitor.wait_for_url(lambda url: "/photos/" not in url)
    assert Photo.objects.count() == 1
