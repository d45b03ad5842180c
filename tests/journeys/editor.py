"""Somebody at work in Wagtail's admin: the hands that the editor's journeys and the handbook's pictures share.

Everything is found as a person finds it, by its label, its role or the words on it.
"""

import re
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

PINE, PAPER, AMBER = "#1f6f5c", "#fbfaf7", "#c77d0a"


def picture(folder: Path, name: str = "screen.png") -> Path:
    """A picture to upload: a phone on a bench, 1200 by 800."""
    drawing = Image.new("RGB", (1200, 800), PAPER)
    pen = ImageDraw.Draw(drawing)
    pen.rectangle((0, 600, 1200, 800), fill=AMBER)
    pen.rounded_rectangle((780, 120, 1060, 640), radius=40, fill=PINE)
    drawing.save(folder / name)
    return folder / name


class Writer:
    """One person with a browser window of their own. `tab`: its page; `address`: where the shop is served."""

    def __init__(self, tab: Any, address: str) -> None:
        self.tab, self.address = tab, address

    def log_in(self, email: str, password: str) -> "Writer":
        """At the door that everybody uses; it leads on to the admin's start page."""
        self.tab.goto(f"{self.address}/accounts/login/?next=/cms/")
        self.tab.fill("input[name=login]", email)
        self.tab.fill("input[name=password]", password)
        self.tab.click("main form:has(input[name=password]) button[type=submit]:visible")
        self.tab.get_by_role("heading", name="Waiting for you").wait_for()
        return self

    def open(self, path: str) -> None:
        """A page of the admin, by its path below /cms/."""
        self.tab.goto(f"{self.address}/cms/{path}")

    def told(self, words: str | re.Pattern[str]) -> None:
        """Wait for a message at the head of the page."""
        self.tab.locator(".messages").get_by_text(words).first.wait_for()

    # Forms

    def field(self, label: str, where: Any = None) -> Any:
        """The field with this label, whether it has the star of a required one or not."""
        named = (where or self.tab).get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))
        return named.and_(self.tab.locator("input, select, textarea"))  # sections have labels too

    def press(self, name: str) -> None:
        """The button of the form's foot with these words, wherever Wagtail puts it: in front or in the menu."""
        foot = self.tab.locator("footer.footer")
        button = foot.get_by_role("button", name=name, exact=True)
        if not button.first.is_visible():
            foot.get_by_role("button", name="More actions").click()
        button.first.click()

    def offers(self) -> list[str]:
        """What the foot of the form offers, in front and in the menu."""
        told = self.tab.locator("footer.footer").locator("button, a").all_text_contents()
        return [" ".join(words.split()) for words in told if words.strip()]

    def submit(self) -> None:
        """Hand the draft in."""
        self.press("Submit to Moderators approve")
        self.told(re.compile("submitted for moderation"))

    def approve(self, title: str) -> None:
        """From the start page: what waits, by its title, approved and published."""
        self.open("")
        self.tab.get_by_role("link", name=title, exact=True).first.click()
        self.press("Approve and Publish")
        self.told(re.compile("approved|published|updated"))

    # Blocks

    def add_block(self, name: str) -> Any:
        """Put a block at the end of the page; returns where its fields are."""
        self.tab.get_by_role("button", name="Insert a block").last.click()
        self.tab.get_by_role("option", name=name, exact=True).last.click()
        return self.blocks().last

    def blocks(self) -> Any:
        """The blocks of the page's body, in their order."""
        return self.tab.locator("xpath=//*[@data-streamfield-child][not(ancestor::*[@data-streamfield-child])]")

    def choose(self, where: Any, button: str, name: str) -> None:
        """Choose a device, a repair, a page: open the list by its button, find the name and take it."""
        where.get_by_role("button", name=button, exact=True).click()
        modal = self.tab.locator(".modal-body")
        modal.get_by_label("Search term").fill(name)
        modal.get_by_role("link", name=name, exact=True).first.click()
        modal.wait_for(state="detached")

    def upload(self, where: Any, file: Path, title: str) -> None:
        """A picture from this machine, in the place of one from the list."""
        where.get_by_role("button", name="Choose an image", exact=True).click()
        modal = self.tab.locator(".modal-body")
        modal.get_by_role("tab", name="Upload").click()
        modal.locator("input[type=file]").set_input_files(file)
        modal.get_by_label("Title").last.fill(title)
        modal.get_by_role("button", name="Upload", exact=True).click()
        modal.wait_for(state="detached")

    def write(self, where: Any, words: str) -> None:
        """Type into a rich text."""
        where.locator("[contenteditable=true][role=textbox]").first.click()
        self.tab.keyboard.press("Control+End")
        self.tab.keyboard.type(words)

    # Pictures

    def open_image(self, title: str) -> None:
        """The form of a picture, found in the list."""
        self.open("images/")
        self.tab.get_by_role("link", name=re.compile(re.escape(title))).first.click()
        self.tab.get_by_role("button", name="Save", exact=True).wait_for()

    def draw_focal_point(self) -> None:
        """Draw a frame around what must stay in sight: the phone of `picture`."""
        area = self.tab.locator(".focal-point-chooser .jcrop-tracker").last
        area.scroll_into_view_if_needed()
        box = area.bounding_box()
        self.tab.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.15)
        self.tab.mouse.down()
        self.tab.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8, steps=4)
        self.tab.mouse.up()

    def save_image(self) -> None:
        """Keep what was changed about a picture."""
        self.tab.get_by_role("button", name="Save", exact=True).click()
        self.told(re.compile("updated"))

    # Looking at it, later, and back

    def preview(self) -> Any:
        """Open the preview beside the form; returns the frame in it."""
        self.tab.get_by_role("button", name="Toggle preview").click()
        return self.tab.frame_locator("iframe[title=Preview]").first

    def preview_in(self, frontend: str) -> Any:
        """Look at the draft in a frontend instead; returns the frontend's frame. The preview is open already."""
        self.tab.get_by_label("Preview mode").select_option(label=frontend)
        return self.tab.frame_locator("iframe[title=Preview]").first.frame_locator("iframe")

    def open_schedule(self) -> Any:
        """The form of the two moments; returned."""
        self.tab.get_by_role("button", name="Toggle status").click()
        self.tab.get_by_role("button", name="Set schedule").click()
        return self.tab.get_by_role("dialog").filter(has_text="Set publishing schedule")

    def schedule(self, moment: str) -> None:
        """Publish later: the moment as the form reads it, 2026-11-21 09:00."""
        dialog = self.open_schedule()
        dialog.get_by_label("Go live date/time").fill(moment)
        dialog.get_by_role("button", name="Save schedule").press("Enter")  # the calendar lies over it
        self.told(re.compile("has been updated"))
        self.press("Schedule to publish")
        self.told(re.compile("scheduled for publishing"))

    def compare(self, path: str) -> None:
        """What has changed since a moderator approved it; from the history at this path."""
        self._of_approved(path, "Compare with current version")

    def roll_back(self, path: str) -> None:
        """Bring back the version that a moderator approved, and publish it."""
        self._of_approved(path, "Review this version")
        self.press("Publish this version")
        self.told(re.compile("published"))

    def _of_approved(self, path: str, action: str) -> None:
        """An action of the version that was approved: its row stands below the one that says so."""
        self.open(path)
        said = self.tab.get_by_role("row").filter(has_text="Approved at").last
        row = said.locator("xpath=./following-sibling::tr[.//button[@aria-label='Actions']]").first
        row.get_by_role("button", name="Actions").click()
        self.tab.get_by_role("link", name=action).locator("visible=true").first.click()
