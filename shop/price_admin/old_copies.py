"""Two people at one form: they save one after the other, and who comes second is told what the first one wrote.

A form carries what stood in the row when it was opened (`seen`). Saving looks again, under a lock. Where somebody else
wrote meanwhile nothing is saved: what this person did not touch is taken over into the form, what both changed keeps
this person's words, and the next saving goes from there.
"""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.log_actions import registry

from shop.models import SiteShop

CENTS = 2


def one_at_a_time() -> None:
    """Wait until nobody else saves prices. Within a transaction, one statement; there is a handful of shops."""
    list(SiteShop.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


class OneAtATime:
    """A view whose form is checked and saved while no other form of prices is."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check and save in one transaction."""
        with transaction.atomic():
            one_at_a_time()
            return super().post(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


def told_by(entry: Any) -> str:
    """Ada Smith (14:02) of an entry of Wagtail's log, its user at hand; somebody else where none is known."""
    if entry is None or entry.user is None:
        return _("Somebody else")
    moment = timezone.localtime(entry.timestamp)
    today = moment.date() == timezone.localtime().date()
    return _("%(name)s (%(when)s)") % {
        "name": entry.user.get_full_name() or entry.user.get_username(),
        "when": date_format(moment, "H:i" if today else "j M, H:i"),
    }


def state_of(row: models.Model) -> dict[str, Any]:
    """What people may edit of a row, as JSON has it."""
    values = {field.name: field.value_from_object(row) for field in _edited(row)}
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return plain


def _edited(row: models.Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.editable and not field.primary_key]


class SeenForm(WagtailAdminModelForm):
    """A form that knows what stood in its row when it was opened. One more statement to show it, two to save it."""

    data: Any
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if not self.is_bound and (row := self._row()) is not None:
            self.initial["seen"] = json.dumps(state_of(row))

    def _row(self) -> Any:
        """The row as it is now; None for a new one."""
        return type(self.instance)._default_manager.filter(pk=self.instance.pk).first() if self.instance.pk else None

    def _post_clean(self) -> None:
        """Compare once the row is as it would be saved."""
        super()._post_clean()  # type: ignore[misc]
        try:
            seen = json.loads(self.cleaned_data.get("seen") or "null")
        except ValueError:
            seen = None
        if not self.instance.pk or not isinstance(seen, dict):
            return
        row = self._row()
        if row is None:
            self.add_error(None, _("Somebody else deleted this meanwhile: there is nothing left to change."))
        elif told := self._compare(row, seen):
            self.add_error(None, told)

    def _compare(self, row: models.Model, seen: dict[str, Any]) -> str:
        """Words about what differs from what was seen, empty when nothing that matters does."""
        now, told = state_of(row), []
        for field in _edited(row):
            if field.name not in self.fields or field.name not in seen or now[field.name] == seen[field.name]:
                continue
            mine = field.value_from_object(self.instance)
            if mine == field.value_from_object(row):
                continue
            kept = mine != field.to_python(seen[field.name])
            told.append((capfirst(field.verbose_name), _in_words(row, field), _yours(kept)))
            if not kept:
                self._take_over(row, field.name)
        if not told:
            return ""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = json.dumps(now)
        entry = registry.get_logs_for_instance(row).select_related("user").first()
        return " ".join(  # plain text: Wagtail shows it in a message
            (
                _("%(who)s saved this while you had it open. Nothing is saved yet.") % {"who": told_by(entry)},
                *(f"{label}: {value} ({mine})." for label, value, mine in told),
                _("Look at the form and save again."),
            )
        )

    def _take_over(self, row: models.Model, name: str) -> None:
        """Put what stands in the row into the field that was sent."""
        field = type(self)(instance=row, for_user=self.for_user)[name]
        value, key = field.value(), self.add_prefix(name)
        self.data = self.data.copy()
        if isinstance(value, bool):
            self.data.pop(key, None)
            if value:
                self.data[key] = "on"
        elif isinstance(value, (list, tuple)):
            self.data.setlist(key, [str(each) for each in value])
        else:
            shown = field.field.widget.format_value(value)
            self.data[key] = "" if shown is None else shown if isinstance(shown, str) else str(value)


def _yours(kept: bool) -> str:
    return _("yours stands in the form and replaces it") if kept else _("taken over into the form")


def _in_words(row: models.Model, field: Any) -> str:
    """A field's value as people read it."""
    value = getattr(row, field.name)
    if field.choices:
        value = getattr(row, f"get_{field.name}_display")()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        value = ", ".join(str(WEEKDAYS[day]) for day in value)
    if isinstance(value, datetime):
        value = date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, Decimal) and field.decimal_places > CENTS:
        value = f"{value.normalize():f}"  # a factor: 1.2 and not 1.2000
    return str(localize(value)) if value not in (None, "") else _("empty")
