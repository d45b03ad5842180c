"""What follows a cancelled booking."""

import pytest

from repairs import jobs, workflow
from repairs.models import Appointment, SlotCell
from tests.factories import SHOP_TIME, make_contact, make_shop
from tests.repairs.factories import make_visit, race


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_last_job_of_a_visit_frees_it_also_when_both_are_cancelled_at_once() -> None:
    shop = make_shop()
    for number in range(8):
        visit = make_visit(shop.site, make_contact(shop.site, email=f"c{number}@example.com"))
        new = [jobs.NewJob(device=None, subject_name=name) for name in ("One", "Other")]
        pair = jobs.open_jobs(site=shop.site, contact=visit.contact, appointment=visit, wanted=new, at=SHOP_TIME)
        done = race(*(lambda job=job: workflow.move(job.pk, to="cancelled", by=None, at=SHOP_TIME) for job in pair))
        assert not [found for found in done if isinstance(found, Exception)]
        visit.refresh_from_db()
        assert visit.state == Appointment.State.CANCELLED
    assert not SlotCell.objects.exists()
