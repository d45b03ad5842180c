"""The page behind a tracking link with what was sent about the order as well. Mounted before the bench's own."""

from repairs.models import Job
from repairs.tracking_page import TrackingPage
from shop.models import OrderJob


def keys_of_order(job_ids: list[int]) -> list[str]:
    """How the dedupe keys begin of what shop/followups.py posted about the orders of these jobs. One statement."""
    rows = OrderJob.objects.filter(job__in=job_ids).values_list("order__number", "order__payments__reference")
    keys = {f"{kind}:{number}:" for number, _payment in rows for kind in ("order.placed", "order.released")}
    return sorted(keys | {f"payment.settled:{name}:" for pair in rows for name in pair if name})


class OrderTrackingPage(TrackingPage):
    """Tells of the confirmation and the receipt too; of neither more than that it was sent."""

    def keys(self, job: Job) -> list[str]:
        return [*super().keys(job), *keys_of_order([job.pk])]
