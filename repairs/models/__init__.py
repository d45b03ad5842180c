from repairs.models.jobs import Job, JobEvent, JobTask
from repairs.models.photos import Photo
from repairs.models.policies import BookingPolicy, Closure, OpeningHours
from repairs.models.slots import Appointment, Hold, Resource, SlotCell

__all__ = [
    "Appointment",
    "BookingPolicy",
    "Closure",
    "Hold",
    "Job",
    "JobEvent",
    "JobTask",
    "OpeningHours",
    "Photo",
    "Resource",
    "SlotCell",
]
