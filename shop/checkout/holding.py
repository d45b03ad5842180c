"""The time that is kept while somebody books: kept longer while they are here, chosen anew when it ran out.

Only what somebody sends keeps it longer: a form, or the page's script while it is seen and used. A look does not:
browsers that fetch pages ahead look too. Without script the form of each step gives a whole span for the next one.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views import View

from cms.sites import site_for
from repairs import booking, policies
from shop import baskets, reserve, visit_prices

REFUSALS = (booking.SlotTaken, booking.SlotNotOffered, policies.NoPolicy, baskets.BasketClosed)


def time_context(request: HttpRequest, session: Any, *, at: datetime) -> dict[str, Any]:
    """What a page shows of the visit's time, kept longer when a form was sent: that of `baskets.about_visit`, and when
    the time is gone `next_starts` (list of (value to post, local time)) and `time_problem` (why the last choice was
    not had, or "").
    """
    basket, site = request.basket, site_for(request)  # type: ignore[attr-defined]
    if request.method == "POST":
        visit = reserve.renew_time(basket=basket, at=at)
    elif visit := baskets.visit_of(basket):
        visit.basket = basket  # whoever asks the basket for its visit later finds this one
    about = baskets.about_visit(request=request, basket=basket, at=at, visit=visit)
    starts: list[datetime] = []
    if about["hold"] is None and not basket.is_empty:
        lost = visit.hold.starts_at if visit and visit.hold else None
        starts = reserve.next_times(site=site, after=lost, at=at)
    local = [(start.isoformat(), start.astimezone(about["zone"])) for start in starts]
    return about | {"next_starts": local, "time_problem": session.said("time").get("problem", "")}


def choose_time(request: HttpRequest, session: Any, *, at: datetime) -> None:
    """Hold the posted `starts_at` for this browser's basket; what stands in the way is said on the next page."""
    starts_at = _moment(request.POST.get("starts_at", ""))
    if starts_at is None:
        session.say_once("time", {"problem": _("Choose one of these times first.")})
        return
    try:
        wish: dict[str, Any] = {"site": site_for(request), "basket": request.basket, "starts_at": starts_at}  # type: ignore[attr-defined]
        reserve.keep_time(**wish, at=at)
        moved = visit_prices.follow(**wish, at=at)
    except REFUSALS as refusal:
        session.say_once("time", {"problem": str(refusal)})
        return
    if moved:
        session.say_once("time", {"problem": " ".join(row.words for row in moved)})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.replace("\x00", ""))
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None


class HoldView(View):
    """Somebody is still here: POST keeps the time longer, answers 200 {"expires_at"} or 409 {"code", "message"}."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> JsonResponse:
        at = timezone.now()
        visit = reserve.renew_time(basket=request.basket, at=at)  # type: ignore[attr-defined]
        if visit is None or visit.hold is None or not baskets.is_kept(visit.hold, at):
            words = _("The time you chose is no longer kept for you. Please choose again.")
            return JsonResponse({"code": "hold_expired", "message": words}, status=409)
        return JsonResponse({"expires_at": visit.hold.expires_at})
