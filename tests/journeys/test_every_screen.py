"""Every screen of the demo, on a phone in light and on a desk in dark: no fault a machine can see."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import TranslatableMixin

from cms.locales import default_locale
from cms.models import HomePage
from notifications.models import Message
from repairs import tracking
from repairs.models import Job
from shop.models import Document
from site_config.demo import data, people
from tests.cms.editors import KINDS, at
from tests.journeys.screens import PUBLIC, SIZES, Looker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PORTAL = (
    "/account/", "/account/repairs/", "/account/payments/", "/account/devices/", "/account/messages/",
    "/account/preferences/", "/account/profile/", "/accounts/security/", "/accounts/email/",
    "/accounts/password/change/", "/accounts/sessions/", "/accounts/2fa/",
)  # fmt: skip
STAFF = (
    "/bench/",
    "/bench/board/",
    "/bench/board/?q=screen",
    "/bench/new/",
    "/bench/work/",
    "/bench/messages/",
    "/bench/payments/",
)


@pytest.fixture
def shop(served: str) -> str:
    """The demo's shop, served. Gives its address."""
    data.load(at=timezone.now())
    return served


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}-{size[2]}")
def look(request: pytest.FixtureRequest, chromium: Any, shop: str) -> Iterator[Callable[[], Looker]]:
    """Makes visitors of one size; at the end none of them may have found a fault."""
    lookers: list[Looker] = []

    def new() -> Looker:
        lookers.append(Looker(chromium, shop, *request.param))
        return lookers[-1]

    yield new
    faults = [fault for looker in lookers for fault in looker.leave()]
    assert faults == [], "\n".join(faults)


def test_every_screen_is_sound(look: Callable[[], Looker]):
    """One load of the demo's shop serves all of them: loading it costs as much as looking at ten pages."""
    the_shop_window_and_the_doors(look())
    a_customers_own_pages(look())
    owner = look()
    the_bench_and_the_counter(owner)
    the_editors_admin(owner)


def the_shop_window_and_the_doors(visitor: Looker) -> None:
    for path in PUBLIC:
        visitor.visit(path)
    visitor.visit(f"/track/{tracking.token(Job.objects.filter(photos__public=True).first())}/")


def a_customers_own_pages(member: Looker) -> None:
    member.log_in(people.email_of("customer"), people.password())
    mine = Job.objects.filter(contact__user__email=people.email_of("customer"), photos__public=True).first()
    paper = Document.objects.filter(order__visit__contact__user__email=people.email_of("customer")).first()
    for path in (*PORTAL, f"/account/repairs/{mine.reference}/", f"/account/documents/{paper.number}/"):
        member.visit(path)


def the_bench_and_the_counter(owner: Looker) -> None:
    owner.log_in(people.email_of("owner"), people.password())
    job = Job.objects.filter(photos__isnull=False, status=Job.Status.REPAIRING).first()
    message = Message.objects.order_by("-pk").first()
    more = (
        f"/bench/jobs/{job.reference}/",
        f"/bench/jobs/{job.reference}/label/",
        f"/bench/jobs/{job.reference}/slip/",
        f"/bench/messages/{message.pk}/",
    )
    for path in (*STAFF, *more):
        owner.visit(path)


def the_editors_admin(owner: Looker) -> None:
    """The start page, a page with its blocks, the starters, and one form of each kind of entry."""
    home = HomePage.objects.get(locale=default_locale())
    for path in ("/cms/", f"/cms/pages/{home.pk}/edit/", f"/cms/landing-pages/new/{home.pk}/", "/cms/forms/"):
        owner.visit_admin(path)
    for model in KINDS:
        rows = model.objects.all()
        if issubclass(model, TranslatableMixin):  # the form of a translation is another package's
            rows = rows.filter(locale=home.locale)
        owner.visit_admin(at(model, "edit", rows.first().pk))
