"""What the shop tells editors about money and the day in Wagtail's admin; cms knows neither."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import RepairType, Subject
from cms.sites import shop_settings, site_for
from repairs.bench import today
from repairs.models import Job
from shop import facts
from shop.models import RepairOffer

MAY_SET = "shop.change_repairoffer"
MAY_PROPOSE = "shop.add_repairoffer"


def add_price(request: HttpRequest, **known: Any) -> str:
    """The address of a new price with what is known filled in; empty for who may not even propose one."""
    if not request.user.has_perm(MAY_PROPOSE):
        return ""
    return f"{reverse('repairoffer:add')}?{urlencode({name: value for name, value in known.items() if value})}"


def costs_of(kind: RepairType, request: HttpRequest) -> str:
    """The prices of a repair, and the way to the first one: without a price nobody can buy it. One statement."""
    rows = RepairOffer.objects.filter(repair_type__translation_key=kind.translation_key)
    offers = list(rows.select_related("subject", "site").order_by("site_id", "subject__name", "pk"))
    context = {
        "offers": offers,
        "sold": any(offer.active for offer in offers),
        "may_set": request.user.has_perm(MAY_SET),
        "add": add_price(request, repair_type=offers[0].repair_type_id if offers else kind.pk, subject=kind.subject_id),
    }
    return render_to_string("wagtailadmin/mendwell/costs.html", context)


def offered_for(node: Subject, request: HttpRequest) -> str:
    """What a device can be booked for, or that it cannot. Two statements; three without its parents at hand."""
    if node.kind != Subject.Kind.DEVICE:
        return ""
    repairs = facts.repairs_of(site=site_for(request), device=node, at=timezone.now())
    add = reverse("wagtailsnippets_cms_repairtype:add") if request.user.has_perm("cms.add_repairtype") else ""
    return render_to_string("wagtailadmin/mendwell/offered.html", {"repairs": repairs, "add": add})


def day_in_the_shop(request: HttpRequest) -> list[tuple[int, str, str]]:
    """Visits of today, things in the workshop, things that are ready: number, words, and the way there for staff.

    Two statements.
    """
    site, at = site_for(request), timezone.now()
    day = today.day_of(at, shop_settings(site).zone)
    jobs = Job.objects.filter(site=site)
    numbers = today.count(jobs, {key: today.numbers_of(at=at, day=day)[key] for key in ("here", "ready")})
    visits = today.visits(jobs, day).count()
    bench = request.user.has_perm("repairs.see_bench")
    board = reverse("bench:board") if bench else ""
    return [
        (visits, ngettext("visit today", "visits today", visits), reverse("bench:today") if bench else ""),
        (numbers["here"], _("in the shop"), board),
        (numbers["ready"], _("ready to be fetched"), board),
    ]
