"""What must hold on every screen, looked at by a machine: axe, console, weight, width, and who is called."""

from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

HEAVY = 120_000  # bytes of CSS and JavaScript on one page
OUR_OWN = {"127.0.0.1", "localhost"}
SIZES = ((390, 844, "light"), (1280, 860, "dark"))

# What anybody may open: screens of the shop, then every kind of page that editors make.
PUBLIC = (
    "/", "/devices/", "/devices/?q=ifone+13", "/devices/?q=toaster", "/repairs/phones/", "/repairs/iphone/",
    "/devices/iphone-13/", "/devices/iphone-13/screen-repair/", "/prices/", "/services/", "/track/",
    "/basket/", "/book/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/",
    "/accounts/password/reset/", "/demo/", "/demo/components/",
    "/demo/components/?part=workshop", "/demo/inbox/",
    "/about/", "/how-it-works/", "/help/", "/contact/", "/contact/sent/", "/call-me-back/", "/screen-repair-brixton/",
    "/warranty/", "/terms/", "/privacy/",
    "/preview-client/", "/preview-client/screen-repair-brixton/", "/preview-client/devices/iphone-13/",
    "/preview-client/help/",
)  # fmt: skip
# Wagtail's own faults, which we cannot mend: its rich text is a text box without a name, the minimap takes no focus.
WAGTAILS = [".Draftail-Editor", ".w-minimap__list"]


class Looker:
    """A visitor who looks at pages at one size and in one theme, and writes down what is wrong with them."""

    def __init__(self, chromium: Any, address: str, width: int, height: int, theme: str) -> None:
        self.address, self.width = address, width
        self.context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", reduced_motion="reduce"
        )
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(45_000)
        self.faults: list[str] = []
        self.weight: dict[str, int] = {}
        self.tab.on("pageerror", lambda error: self.fault(f"script error: {error}"))
        self.tab.on("console", lambda line: self.fault(f"console: {line.text}") if line.type == "error" else None)
        self.tab.on("request", self.called)
        self.tab.on("response", self.answered)

    def fault(self, words: str) -> None:
        self.faults.append(f"{self.width} px {urlsplit(self.tab.url).path}: {words}")

    def called(self, request: Any) -> None:
        if urlsplit(request.url).hostname not in {*OUR_OWN, None}:
            self.fault(f"a request leaves the machine: {request.url}")

    def answered(self, response: Any) -> None:
        if response.request.resource_type in ("stylesheet", "script"):
            self.weight[response.url] = len(response.body())

    def log_in(self, email: str, password: str) -> None:
        self.tab.goto(f"{self.address}/accounts/login/")
        self.tab.fill("input[name=login]", email)
        self.tab.fill("input[name=password]", password)
        self.tab.locator("main form:has(input[name=password]) button[type=submit]:visible").last.click()
        self.tab.wait_for_url(lambda url: "/accounts/login/" not in url)

    def visit(self, path: str) -> None:
        """Open the page and look at it."""
        self.weight.clear()
        answer = self.tab.goto(self.address + path, wait_until="load")
        if answer is not None and answer.status != 200:
            self.fault(f"{path} answered {answer.status}")
        self.look()

    def look(self) -> None:
        """axe, weight, and whether the page is wider than the window, also at 320 px and with text twice as large."""
        self.axe()
        if sum(self.weight.values()) > HEAVY:
            self.fault(f"{sum(self.weight.values())} bytes of CSS and JavaScript: {self.weight}")
        self.fits("as it is")
        height = self.tab.viewport_size["height"]
        if self.width < 700:
            self.tab.set_viewport_size({"width": 320, "height": height})
            self.fits("at 320 px")
            self.tab.set_viewport_size({"width": self.width, "height": height})
        else:
            self.tab.evaluate("document.documentElement.style.fontSize = '200%'")
            self.fits("with text at 200 %")
            self.tab.evaluate("document.documentElement.style.fontSize = ''")

    def visit_admin(self, path: str) -> None:
        """Open a page of Wagtail's admin and look at what is ours in it; how heavy and wide it is, is Wagtail's."""
        answer = self.tab.goto(self.address + path, wait_until="load")
        if answer is not None and answer.status != 200:
            self.fault(f"{path} answered {answer.status}")
        self.axe({"exclude": [[place] for place in WAGTAILS]})

    def axe(self, where: dict[str, Any] | None = None) -> None:
        """What axe finds serious, on the whole page or where it is told to look."""
        for found in Axe().run(self.tab, context=where).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                self.fault(f"axe {found['id']}: {[node['target'] for node in found['nodes']][:3]}")

    def fits(self, when: str) -> None:
        if self.tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            self.fault(f"wider than the window {when}")

    def leave(self) -> list[str]:
        """Close the window; returns everything that was wrong."""
        self.context.close()
        return self.faults
