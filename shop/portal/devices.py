"""My devices: each thing that was ever repaired here, when last, and until when its repair is under warranty."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from repairs.models import Job
from shop.portal import mine
from shop.portal.mine import Mine

MOST = 500  # repairs looked at; nobody has more devices than that


@dataclass(frozen=True)
class DeviceRow:
    """One of my things. `warranty_until` is that of the last repair that was collected; None without one."""

    name: str
    icon: str
    slug: str
    thing: dict[str, Any]
    repairs: int
    last: Job
    last_tasks: str
    warranty_until: datetime | None
    under_warranty: bool


class Devices(Mine):
    """Every distinct device of my repairs."""

    template_name = "portal/devices.html"

    def facts(self, **named: Any) -> dict[str, Any]:
        """The rows. Three statements, however many there are."""
        jobs = mine.jobs(self.request.user, self.site).select_related("device")
        newest = jobs.prefetch_related("tasks__repair_type").order_by("-created_at", "-pk")[:MOST]
        things: dict[Any, list[Job]] = {}
        for job in newest:
            things.setdefault((job.device_id, job.subject_name, str(job.thing)), []).append(job)
        return {"rows": [row_of(found, self.at) for found in things.values()]}


def row_of(jobs: list[Job], at: datetime) -> DeviceRow:
    """One thing from its repairs, newest first."""
    last = jobs[0]
    ends = [end for job in jobs if (end := warranty_until(job)) is not None]
    until = max(ends, default=None)
    return DeviceRow(
        name=last.subject_name,
        icon=last.device.icon if last.device else "wrench",
        slug=last.device.slug if last.device and last.device.live else "",
        thing=last.thing,
        repairs=len(jobs),
        last=last,
        last_tasks=", ".join(task.name for task in last.tasks.all()),
        warranty_until=until,
        under_warranty=until is not None and until > at,
    )


def warranty_until(job: Job) -> datetime | None:
    """Until when a collected repair is under warranty, by the longest of its repairs; None before, or without one."""
    days = max((task.repair_type.warranty_days for task in job.tasks.all()), default=0)
    if job.status != Job.Status.COLLECTED or not days:
        return None
    return job.status_at + timedelta(days=days)
