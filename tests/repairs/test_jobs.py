"""Opening jobs, and what staff write on them."""

from datetime import timedelta
from typing import Any

import pytest

from repairs import jobs, references
from repairs.models import Job
from tests.factories import SHOP_TIME, make_contact, make_staff
from tests.repairs.factories import make_job, make_visit

LATER = SHOP_TIME + timedelta(hours=1)


def test_jobs_open_booked_with_their_first_line_of_history(shop: Any) -> None:
    visit = make_visit(shop.site, make_contact(shop.site))
    job = make_job(shop.site, shop.screen, visit=visit, device=shop.iphone_13)
    job.refresh_from_db()
    assert (job.status, job.last_seq, job.appointment, job.device) == ("booked", 1, visit, shop.iphone_13)
    assert list(job.events.values_list("seq", "kind", "status", "public")) == [(1, "job.booked", "booked", True)]
    assert list(job.tasks.values_list("name", "minutes")) == [("Screen repair", 60)]


@pytest.mark.parametrize("number", [1, 5])
def test_any_number_of_jobs_opens_in_three_statements(shop: Any, number: int, django_assert_num_queries: Any) -> None:
    contact = make_contact(shop.site)
    task = jobs.NewTask(repair_type=shop.screen, name="Screen repair", minutes=60)
    wanted = [
        jobs.NewJob(device=None, subject_name=f"Thing {n}", thing={"serial": str(n)}, tasks=[task, task])
        for n in range(number)
    ]
    with django_assert_num_queries(3):
        opened = jobs.open_jobs(site=shop.site, contact=contact, appointment=None, wanted=wanted, at=SHOP_TIME)
    assert len({job.reference for job in opened}) == number
    assert [job.tasks.count() for job in opened] == [2] * number


def test_references_can_be_read_out_and_do_not_repeat() -> None:
    made = {references.new("R") for _ in range(2000)}
    assert len(made) == 2000
    assert not set("".join(made)) & set("01OILUV")
    assert all(len(reference) == 11 and reference.startswith("R-") for reference in made)


def test_assigning_is_for_colleagues_only(shop: Any) -> None:
    job, staff = make_job(shop.site, shop.screen), make_staff()
    event = jobs.assign(job.pk, technician=staff, by=staff, at=LATER)
    assert (event.public, event.seq, Job.objects.get().technician) == (False, 2, staff)
    jobs.assign(job.pk, technician=None, by=staff, at=LATER)
    assert Job.objects.get().technician is None


def test_a_promise_is_kept_on_the_job_and_told(shop: Any) -> None:
    job, staff = make_job(shop.site, shop.screen), make_staff()
    event = jobs.promise(job.pk, promised_at=LATER, by=staff, at=SHOP_TIME)
    assert (event.public, Job.objects.get().promised_at) == (True, LATER)


def test_a_note_stays_inside_unless_it_is_said_otherwise(shop: Any) -> None:
    job, staff = make_job(shop.site, shop.screen), make_staff()
    assert not jobs.write_note(job.pk, note="Screw missing", by=staff, at=LATER).public
    assert jobs.write_note(job.pk, note="Part arrives Friday", by=staff, at=LATER, public=True).public
