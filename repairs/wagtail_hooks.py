"""The rules of booking in Wagtail's admin: policies, opening hours, closed days, counters."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from repairs.models import BookingPolicy, Closure, OpeningHours, Resource


class PolicyViewSet(ModelViewSet):
    """Rules in force from a moment on. Only the rules that a verb asks today can be edited."""

    model = BookingPolicy
    icon = "list-ul"
    form_fields: ClassVar = [
        "site",
        "valid_from",
        "visit_minutes",
        "lead_minutes",
        "horizon_days",
        "hold_minutes",
        "unpaid_minutes",
    ]
    list_display: ClassVar = ["valid_from", "visit_minutes", "lead_minutes", "horizon_days", "site"]
    copy_view_enabled = True


class HoursViewSet(ModelViewSet):
    """When the shop is open in a week."""

    model = OpeningHours
    icon = "time"
    form_fields: ClassVar = ["site", "weekday", "opens", "closes"]
    list_display: ClassVar = ["get_weekday_display", "opens", "closes", "site"]
    list_filter: ClassVar = ["weekday"]


class ClosureViewSet(ModelViewSet):
    """Days on which the shop stays shut."""

    model = Closure
    icon = "date"
    form_fields: ClassVar = ["site", "date", "reason"]
    list_display: ClassVar = ["date", "reason", "site"]


class ResourceViewSet(ModelViewSet):
    """Counter seats and benches: how many visits fit at once."""

    model = Resource
    icon = "tag"
    form_fields: ClassVar = ["site", "name", "kind", "active"]
    list_display: ClassVar = ["name", "kind", "active", "site"]


class BenchGroup(ModelViewSetGroup):
    """One entry in the menu for all of them."""

    menu_label = _("Bench")
    menu_icon = "calendar-alt"
    menu_order = 300
    items = (PolicyViewSet, HoursViewSet, ClosureViewSet, ResourceViewSet)


@hooks.register("register_admin_viewset")
def bench_in_the_menu() -> BenchGroup:
    """Put the group into the admin's menu."""
    return BenchGroup()
