"""Cases that a person has looked at: who did, when, and what they found. A case is handled once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shop.models import Payment, PaymentEvent, Refund


class HandledBefore(Exception):
    """A colleague was faster; the text says who."""

    code = "handled_before"


def open_again(row: PaymentEvent | Payment | Refund) -> None:
    """Something happened after a case was handled: it waits for a person once more. Call it with the row locked."""
    row.handled_at, row.handled_by, row.handled_note = None, None, ""
    row.save(update_fields=["handled_at", "handled_by", "handled_note"])


def mark(row: PaymentEvent | Payment | Refund, *, note: str, by: Any, at: datetime) -> None:
    """Note that a case is done with; a payment's open events are done with as well.

    Of two people at once the second gets HandledBefore. Nothing moves: money goes back by a refund only.
    """
    facts = {"handled_at": at, "handled_by": by, "handled_note": note.strip()[:300]}
    with transaction.atomic():
        if not type(row).objects.filter(pk=row.pk, handled_at=None).update(**facts):
            row.refresh_from_db()
            who = row.handled_by or _("somebody who has left")
            raise HandledBefore(
                _("%(who)s has handled this already: %(note)s") % {"who": who, "note": row.handled_note}
            )
        if isinstance(row, Payment):
            named = Q(reference=row.reference) | Q(provider_id=row.provider_id or row.reference)
            events = PaymentEvent.objects.filter(named, provider=row.provider, state=PaymentEvent.State.ODD)
            events.filter(handled_at=None).update(**facts)
