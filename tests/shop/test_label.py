"""Labels and slips: what is on the paper, and what a scanner finds in it."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from repairs import tracking
from repairs.models import Job
from shop.counter.label import short_name
from tests.factories import make_staff, make_user
from tests.shop.payments.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(shop: Any) -> Job:
    make_order(shop, pay_by="in_store")
    return Job.objects.get()


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_staff())
    return client


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep what is put into a QR code: reading it back would need a camera."""
    made: list[str] = []

    def keep(address: str) -> str:
        made.append(address)
        return ""

    monkeypatch.setattr("shop.counter.label.qr", keep)
    return made


def test_papers_are_for_staff_of_this_shop(job: Job, client: Client) -> None:
    for paper in ("label", "slip"):
        address = f"/bench/jobs/{job.reference}/{paper}/"
        assert client.get(address).status_code == 302
    client.force_login(make_user("ada2@example.com"))
    for paper in ("label", "slip"):
        assert client.get(f"/bench/jobs/{job.reference}/{paper}/").status_code == 403


def test_another_shops_job_has_no_label_here(job: Job, staff: Client, second_site: Any) -> None:
    address = f"/bench/jobs/{job.reference}/label/"
    assert staff.get(address, HTTP_HOST="testserver").status_code == 200
    assert staff.get(address, HTTP_HOST="localhost").status_code == 404


def test_the_label_names_the_thing_and_never_the_customer_in_full(job: Job, staff: Client) -> None:
    page = staff.get(f"/bench/jobs/{job.reference}/label/").content.decode()
    label = page[page.index('<article class="label"') : page.index("</article>")]
    assert job.reference in label
    assert job.subject_name in label
    assert short_name(job.contact.name) in label
    for secret in (job.contact.name, job.contact.email, str(job.contact.phone)):
        assert secret not in label
    assert "<svg" in label


def test_the_labels_code_opens_the_job_and_the_slips_code_the_tracking_page(
    job: Job, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = drawn(monkeypatch)
    staff.get(f"/bench/jobs/{job.reference}/label/")
    staff.get(f"/bench/jobs/{job.reference}/slip/")
    assert made[0] == f"{settings.PUBLIC_ORIGIN}/bench/jobs/{job.reference}/"
    assert tracking.find(made[1].removeprefix(f"{settings.PUBLIC_ORIGIN}/track/").rstrip("/")) == job


def test_the_size_is_kept_for_the_browser_and_an_unknown_one_is_ignored(job: Job, staff: Client) -> None:
    address = f"/bench/jobs/{job.reference}/label/"
    assert staff.get(address).context["size"] == "62x29"
    assert staff.get(f"{address}?size=100x50").context["size"] == "100x50"
    assert staff.get(address).context["size"] == "100x50"
    assert staff.get(f"{address}?size=9x9").context["size"] == "100x50"
    staff.cookies["label_size"] = "<script>"
    assert staff.get(address).context["size"] == "62x29"


def test_it_prints_by_itself_only_when_asked(job: Job, staff: Client) -> None:
    address = f"/bench/jobs/{job.reference}/label/"
    assert "data-print-now" not in staff.get(address).content.decode()
    assert "data-print-now" in staff.get(f"{address}?print=1").content.decode()


def test_the_slip_says_what_is_due(job: Job, staff: Client) -> None:
    page = staff.get(f"/bench/jobs/{job.reference}/slip/").content.decode()
    slip = page[page.index('<article class="slip"') : page.index("</article>")]
    assert slip.count("£467.98") == 2
    assert "£0.00" in slip


def test_a_scanned_reference_opens_its_job(job: Job, staff: Client) -> None:
    answer = staff.get("/bench/board/", {"q": job.reference})
    assert answer["Location"] == f"/bench/jobs/{job.reference}/"


def test_a_job_just_taken_in_offers_its_label_first(job: Job, staff: Client) -> None:
    address = f"/bench/jobs/{job.reference}/"
    wanted = f'href="{address}label/?print=1" autofocus'
    assert wanted in staff.get(f"{address}?taken=1").content.decode()
    assert wanted not in staff.get(address).content.decode()


@pytest.mark.parametrize(
    ("name", "short"),
    [("Ada Smith", "Ada S."), ("Ada", "Ada"), ("", ""), ("Ada Maria de Souza", "Ada S."), ("x" * 99, "x" * 14)],
)
def test_a_short_name_tells_two_people_apart_and_says_no_more(name: str, short: str) -> None:
    assert short_name(name) == short
