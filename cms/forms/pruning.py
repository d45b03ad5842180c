"""Forgetting what people wrote in forms, when it has been long enough."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from cms.models import FormAnswer

SUSPECTED_DAYS = 30  # long enough for somebody to look through them


def prune(at: datetime) -> int:
    """Delete answers after FORM_ANSWER_DAYS (0 keeps them), and those that look like spam after a month. How many."""
    old = Q(suspected=True, submit_time__lt=at - timedelta(days=SUSPECTED_DAYS))
    if settings.FORM_ANSWER_DAYS:
        old |= Q(submit_time__lt=at - timedelta(days=settings.FORM_ANSWER_DAYS))
    return FormAnswer.objects.filter(old).delete()[0]
