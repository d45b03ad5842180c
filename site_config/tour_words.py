"""What the tour says: who there is in the demo, and five things to try as each of them."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Thing:
    """One thing to try: where, what it is called, and what to look at. `{job}` and `{track}` are filled in."""

    to: str
    name: Words
    look: Words


@dataclass(frozen=True)
class Role:
    """One way to see the product. `person`: who signs in; empty for those who need no account."""

    key: str
    icon: str
    name: Words
    is_for: Words
    things: tuple[Thing, ...]
    person: bool = True


ROLES: tuple[Role, ...] = (
    Role(
        "guest",
        "smartphone",
        _("Guest"),
        _("Somebody with a broken phone and three minutes."),
        (
            Thing("/devices/?q=iphon+13", _("Find a device, mistyped"), _("Answers come while you type, and forgive.")),
            Thing("/devices/iphone-13/", _("See what every repair costs"), _("Price, time and warranty side by side.")),
            Thing(
                "/book/?device=iphone-8&repair=screen-repair",
                _("Book a repair"),
                _("Make it poor and urgent: £467.98, every factor explained. Reload at any step."),
            ),
            Thing(
                "{track}", _("Follow a repair"), _("Move its job on the bench in a second window and watch this page.")
            ),
            Thing("/track/", _("Look a repair up"), _("A guess and a miss look the same.")),
        ),
        person=False,
    ),
    Role(
        "customer",
        "circle-user-round",
        _("Customer"),
        _("Clara, with a phone to collect and one to bring."),
        (
            Thing("/account/", _("Your repairs at a glance"), _("What is under way, what comes next, what it costs.")),
            Thing("/account/payments/", _("Payments"), _("Every payment with its receipt.")),
            Thing("/account/devices/", _("Devices"), _("What you have brought before, one click from a new booking.")),
            Thing(
                "/account/preferences/", _("What we may write to you"), _("Offers by consent only; receipts always.")
            ),
            Thing(
                "/accounts/security/",
                _("Sign-in and security"),
                _("Second factor, code by e-mail, log out everywhere."),
            ),
        ),
    ),
    Role(
        "desk",
        "store",
        _("Front desk"),
        _("Daniel, at the counter when the door opens."),
        (
            Thing(
                "/bench/new/",
                _("Take something in"),
                _("By keyboard: device, repair, customer, Ctrl+Enter. Under a minute."),
            ),
            Thing("/bench/jobs/{job}/label/", _("Print its label"), _("Two sizes; the code opens the job.")),
            Thing("/bench/", _("Today"), _("Who comes, what is due, what is late.")),
            Thing("/bench/messages/", _("What we have written"), _("Queued, sent, failed; one click sends it again.")),
            Thing("/bench/payments/", _("Odd payments"), _("Money that fits nothing, with what to do about it.")),
        ),
    ),
    Role(
        "technician",
        "wrench",
        _("Technician"),
        _("Tariq, who never had a training for this."),
        (
            Thing("/bench/board/", _("The board"), _("Arrows walk, m moves, / searches. Drag works too.")),
            Thing("/bench/board/?who=mine", _("My jobs"), _("Only what carries your name.")),
            Thing(
                "/bench/jobs/{job}/", _("A job on one screen"), _("Device, customer, notes, photos, money, history.")
            ),
            Thing("/bench/new/", _("Take something in"), _("The same page as the desk has.")),
            Thing(
                "/bench/work/", _("Work behind the screens"), _("Whether the worker works, and what to do when not.")
            ),
        ),
    ),
    Role(
        "owner",
        "briefcase-business",
        _("Owner"),
        _("Olivia, who sets prices and sees everything."),
        (
            Thing("/dashboard/", _("Orders and offers"), _("Every order with its jobs and its money.")),
            Thing("/dashboard/vouchers/", _("Vouchers"), _("WELCOME10 is one; make another and use it.")),
            Thing("/cms/", _("Prices and rules"), _("Change a factor: the next quote explains it.")),
            Thing("/bench/work/", _("Work behind the screens"), _("Worker, schedules and providers.")),
            Thing("/django-admin/", _("The record room"), _("Every row, for reading.")),
        ),
    ),
    Role(
        "editor",
        "file-pen",
        _("Editor"),
        _("Ellen, who writes and may not publish."),
        (
            Thing("/cms/pages/", _("Pages"), _("Change one and submit it for moderation.")),
            Thing("/cms/snippets/cms/subject/", _("Devices"), _("Add one; it is on sale once it is published.")),
            Thing("/cms/snippets/cms/repairtype/", _("Repair types"), _("Words, minutes and warranty of each repair.")),
            Thing("/cms/snippets/cms/faq/", _("Questions and answers"), _("About a device, or about the shop.")),
            Thing("/cms/images/", _("Pictures"), _("Uploaded once, used anywhere.")),
        ),
    ),
    Role(
        "moderator",
        "badge-check",
        _("Moderator"),
        _("Marta, who reads before the world does."),
        (
            Thing("/cms/", _("What waits for you"), _("Submissions of editors stand on the first page.")),
            Thing("/cms/reports/workflow/", _("All workflows"), _("Who waits for whom.")),
            Thing("/cms/pages/", _("Publish a page"), _("The shop window shows it within a second.")),
            Thing("/cms/reports/site-history/", _("Who changed what"), _("Every edit with its author.")),
            Thing("/prices/", _("See it live"), _("The public page, as everybody gets it.")),
        ),
    ),
    Role(
        "translator",
        "languages",
        _("Translator"),
        _("Bruna, who makes it speak Portuguese."),
        (
            Thing("/cms/snippets/cms/repairtype/", _("Repair types"), _("Their words in the second language.")),
            Thing("/cms/snippets/cms/faq/", _("Questions and answers"), _("The same, by question.")),
            Thing("/cms/pages/", _("Pages"), _("One tree for each language.")),
            Thing("/pt-br/devices/", _("The shop in Portuguese"), _("The language comes from the address alone.")),
            Thing("/cms/account/", _("Your own settings"), _("The editor's own language is yours to choose.")),
        ),
    ),
    Role(
        "developer",
        "code-xml",
        _("Headless developer"),
        _("You, with a frontend of your own in mind."),
        (
            Thing("/api/docs/", _("The API, to try"), _("Every call with examples and every error by name.")),
            Thing("/api/schema/", _("Its description"), _("OpenAPI, for generating a client.")),
            Thing("/api/v1/devices/?q=iphone", _("Devices as JSON"), _("The catalogue, as cacheable as a page.")),
            Thing("/api/cms/v3/docs/", _("Content as JSON"), _("Pages and words for another frontend.")),
            Thing("/api/v1/terms/", _("What is agreed to"), _("The terms of today, by version.")),
        ),
        person=False,
    ),
)
HOMES = {
    "customer": "/account/",
    "desk": "/bench/",
    "technician": "/bench/board/",
    "owner": "/dashboard/",
    "editor": "/cms/",
    "moderator": "/cms/",
    "translator": "/cms/",
}
PLACES: tuple[tuple[str, str, Words, Words], ...] = (
    ("mail", "/demo/inbox/", _("Inbox"), _("Every mail and text the shop has sent")),
    ("wrench", "/bench/", _("Bench"), _("The workshop's day")),
    ("file-pen", "/cms/", _("Content"), _("Pages, devices, prices")),
    ("chart-no-axes-column", "/dashboard/", _("Dashboard"), _("Orders, offers, vouchers")),
    ("database", "/django-admin/", _("Admin"), _("Every row, for reading")),
    ("code-xml", "/api/docs/", _("API"), _("Try every call")),
    ("layout-grid", "/demo/components/", _("Components"), _("The parts of every page")),
    ("search", "/", _("Shop window"), _("Where customers begin")),
)


def role_named(key: str) -> Role | None:
    """The role of that name, or None."""
    return next((role for role in ROLES if role.key == key), None)


def filled(to: str, facts: dict[str, Any]) -> str:
    """The address with a job and a tracking link in it."""
    return to.format(**facts)
