"""What the pictures show, in the order in which they are taken: see tests/pictures.py."""

import re
from collections.abc import Callable
from typing import Any

Shown = Callable[[Any], None]


def shop(camera: Any) -> None:
    """Home, and a price with its reasons."""
    tab = camera.window()
    tab.goto(f"{camera.address}/")
    camera.take("home", tab)
    tab.goto(f"{camera.address}/devices/iphone-8/screen-repair/")
    tab.get_by_label("Poor").check(force=True)
    tab.get_by_label("Urgent").check(force=True)
    tab.get_by_text("467.98").first.wait_for()
    tab.evaluate("document.activeElement.blur()")
    camera.take("repair-price", tab)


def workshop(camera: Any) -> None:
    """The board, and a repair as its customer follows it on a phone."""
    tab = camera.window("desk")
    tab.goto(f"{camera.address}/bench/board/")
    tab.locator("[data-live-badge][data-state=live]").wait_for()
    camera.take("bench", tab)
    phone = camera.window("", 390)
    phone.goto(f"{camera.address}/demo/")
    phone.goto(camera.address + phone.locator("a[href*='/track/']:not([href$='/track/'])").first.get_attribute("href"))
    phone.locator("[data-state=live]").first.wait_for()
    camera.take("tracking-phone", phone)


def starters(camera: Any) -> None:
    """The choice before a landing page, and the draft that comes of it."""
    ellen = camera.writer("editor")
    homes = ellen.tab.request.get(f"{camera.address}/api/cms/v2/pages/?type=cms.HomePage").json()
    ellen.open(f"landing-pages/new/{homes['items'][0]['id']}/")
    camera.take("editors/starters", ellen.tab)
    ellen.tab.get_by_role("button", name="Begin with “One repair”").click()
    ellen.told("A draft was made for you.")
    ellen.field("Title").fill("Screens by Friday")
    ellen.field("Promise").fill("Your screen, new by Friday")
    camera.draft = re.findall(r"/pages/(\d+)/", ellen.tab.url)[0]
    camera.take("editors/page", ellen.tab)


def blocks(camera: Any) -> None:
    """The chooser of blocks with one shown, and a picture with its alt text."""
    ellen = camera.writer("editor")
    ellen.tab.get_by_role("button", name="Insert a block").last.click()
    eye = ellen.tab.get_by_role("option", name="Price table", exact=True).last.locator("xpath=../button")
    eye.click()
    ellen.tab.frame_locator(".w-combobox-preview__iframe").get_by_role("heading").first.wait_for()
    camera.take("editors/blocks", ellen.tab)
    ellen.tab.keyboard.press("Escape")
    shown = ellen.add_block("Picture")
    ellen.upload(shown, camera.upload(), "A phone on the bench")
    ellen.field("Alt text", shown).fill("A green phone stands on an amber bench.")
    ellen.press("Save draft")
    ellen.told(re.compile("has been updated"))


def focal_point(camera: Any) -> None:
    """The frame around what must stay in sight."""
    ellen = camera.writer("editor")
    ellen.open_image("A phone on the bench")
    ellen.draw_focal_point()
    camera.take("editors/focal-point", ellen.tab)
    ellen.save_image()


def previews(camera: Any) -> None:
    """The draft on this site, and in the frontend."""
    ellen = camera.writer("editor")
    ellen.open(f"pages/{camera.draft}/edit/")
    ellen.preview().get_by_role("heading", name="Your screen, new by Friday").wait_for()
    camera.take("editors/preview", ellen.tab)
    seen = ellen.preview_in("Preview client")
    seen.get_by_role("heading", name="Your screen, new by Friday").wait_for()
    link = seen.locator(":root").evaluate("() => location.href")
    frontend = camera.window()
    frontend.goto(link)
    frontend.get_by_role("heading", name="Your screen, new by Friday").wait_for()
    camera.take("editors/frontend", frontend)


def approval(camera: Any) -> None:
    """Handed in by the editor; on the moderator's start page; approved."""
    ellen = camera.writer("editor")
    ellen.open(f"pages/{camera.draft}/edit/")
    ellen.tab.locator("footer.footer").get_by_role("button", name="More actions").click()
    ellen.tab.get_by_role("button", name="Submit to Moderators approve").wait_for()
    camera.take("editors/submit", ellen.tab)
    ellen.submit()
    marta = camera.writer("moderator")
    marta.open("")
    camera.take("editors/start", marta.tab)
    marta.approve("Screens by Friday")


def later(camera: Any) -> None:
    """A change that waits for its time, the history, and what a version changed."""
    marta = camera.writer("moderator")
    marta.open(f"pages/{camera.draft}/edit/")
    marta.field("Promise").fill("Your screen, new on Saturday")
    dialog = marta.open_schedule()
    dialog.get_by_label("Go live date/time").fill("2030-05-04 09:00")
    marta.tab.locator(".xdsoft_datetimepicker").evaluate_all("all => all.forEach(one => one.style.display = 'none')")
    camera.take("editors/schedule", marta.tab)
    dialog.get_by_role("button", name="Save schedule").press("Enter")
    marta.told(re.compile("has been updated"))
    marta.press("Schedule to publish")
    marta.told(re.compile("scheduled for publishing"))
    marta.open(f"pages/{camera.draft}/history/")
    camera.take("editors/history", marta.tab)
    marta.compare(f"pages/{camera.draft}/history/")
    camera.take("editors/compare", marta.tab)


def catalogue(camera: Any) -> None:
    """The list of devices, a device that takes its words from above, a repair with its price."""
    ellen = camera.writer("editor")
    ellen.open("snippets/cms/subject/?q=iphone")
    camera.take("editors/devices", ellen.tab)
    ellen.tab.get_by_role("link", name="iPhone 13", exact=True).first.click()
    ellen.tab.get_by_text("What customers read now").first.scroll_into_view_if_needed()
    camera.take("editors/device", ellen.tab)
    ellen.open("snippets/cms/repairtype/?q=screen")
    ellen.tab.get_by_role("link", name="Screen repair", exact=True).first.click()
    camera.take("editors/repair", ellen.tab)


def shop_settings(camera: Any) -> None:
    """Logo and colour; menus; what search engines are told."""
    marta = camera.writer("moderator")
    marta.open("settings/cms/shopsettings/")
    marta.field("Brand colour").scroll_into_view_if_needed()
    camera.take("editors/shop-details", marta.tab)
    marta.open("settings/cms/sitemenus/")
    camera.take("editors/menus", marta.tab)
    found = marta.tab.request.get(f"{camera.address}/api/cms/v2/pages/?slug=screen-repair-brixton").json()
    marta.open(f"pages/{found['items'][0]['id']}/edit/")
    marta.tab.get_by_role("tab", name="Promote").click()
    camera.take("editors/search-engines", marta.tab)


def translation(camera: Any) -> None:
    """A page that is half in Portuguese."""
    bruna = camera.writer("translator")
    bruna.open("localize/reports/translations/")
    bruna.tab.get_by_role("link", name="Como funciona").click()
    bruna.tab.get_by_text("sentences have words").wait_for()
    camera.take("editors/translation", bruna.tab)


def answers(camera: Any) -> None:
    """What came in through the contact form."""
    guest = camera.window()
    for name, words in (("Ada Smith", "Do you mend cracked backs?"), ("Tom Reed", "My order is late. Where is it?")):
        guest.goto(f"{camera.address}/contact/")
        guest.get_by_label("Your name").fill(name)
        guest.get_by_label("E-mail").fill(f"{name.split()[0].lower()}@example.com")
        guest.get_by_label("Your message").fill(words)
        guest.get_by_role("button", name="Send the message").click()
        guest.get_by_text("A person at the counter reads it").wait_for()
    ellen = camera.writer("editor")
    ellen.open("forms/")
    ellen.tab.get_by_role("link", name="Contact").first.click()
    camera.take("editors/answers", ellen.tab)


README: list[Shown] = [shop, workshop]
HANDBOOK: list[Shown] = [
    starters, blocks, focal_point, previews, approval, later, catalogue, shop_settings, translation, answers
]  # fmt: skip
