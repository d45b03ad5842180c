"""The answers to a form in the admin: who may read them, which look like spam, and a file for spreadsheets."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.widgets import BooleanRadioSelect
from wagtail.contrib.forms.views import DeleteSubmissionsView, SubmissionsListFilterSet, SubmissionsListView

READ, DELETE = "cms.change_formanswer", "cms.delete_formanswer"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FIGURES = re.compile(r"[+-]?[\d ().,/-]*")  # a telephone number or an amount begins like a formula and is none


def only_for_readers(user: Any, forms: Any) -> Any:
    """Forms whose answers the user may read: editing a page, as translators do, is not enough for people's letters."""
    return forms if user.has_perm(READ) else forms.none()


def harmless(value: Any) -> Any:
    """A value that a spreadsheet shows and does not run: strangers wrote it."""
    if isinstance(value, list):
        return harmless(", ".join(value))
    if isinstance(value, str) and value.startswith(FORMULA) and not FIGURES.fullmatch(value):
        return f"'{value}"
    return value


class AnswersFilter(SubmissionsListFilterSet):
    suspected = BooleanFilter(label=_("Looks like spam"), widget=BooleanRadioSelect)


class AnswersList(SubmissionsListView):
    """Wagtail's list, with a filter for what looks like spam."""

    filterset_class = AnswersFilter

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {name: harmless(value) for name, value in super().to_row_dict(item).items()}


class DeleteAnswers(DeleteSubmissionsView):
    """Wagtail's, for those who may delete answers: reading them is not enough."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(DELETE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)
