"""Your booking so far: what will be repaired, taken out with a way back, and the way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from cms.sites import site_for
from shop.basket import renewing, taking_out
from shop.checkout import way
from shop.wizard.summary import summary


class BasketView(View):
    """Template `oscar/basket/basket.html`. Context: `basket`, `lines` (each with `quote_row.quote`), `summary`, `way`
    (links to the steps), `on` (where the main button goes), `undo` (what was taken out last: `name`, or {}), `problem`.

    POST `remove` = a quote's reference takes a repair out; POST `undo` = 1 puts the last one back;
    POST `renew` = a quote's reference asks again for a price that ran out.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        at, basket, here = timezone.now(), request.basket, way.way_of(request)  # type: ignore[attr-defined]
        lines = [] if basket.is_empty else list(basket.all_lines())
        return render(
            request,
            "oscar/basket/basket.html",
            {
                "basket": basket,
                "at": at,
                "lines": lines,
                "summary": summary(basket=basket, draft=here.draft, at=at, site=site_for(request)) if lines else None,
                "way": here,
                "on": reverse("draft", args=[here.token]) if here.draft else reverse("checkout:index"),
                "undo": request.session.get(taking_out.SESSION_KEY, {}),
                "problem": request.session.pop("basket_problem", ""),
            },
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        at, here = timezone.now(), way.way_of(request)
        try:
            if "undo" in request.POST:
                taking_out.put_back(request, draft=here.draft, at=at)
            elif "renew" in request.POST:
                renewing.renew(request, reference=request.POST["renew"][:40], draft=here.draft, at=at)
            else:
                taking_out.take_out(request, reference=request.POST.get("remove", "")[:40], draft=here.draft, at=at)
        except taking_out.REFUSALS as refusal:
            request.session["basket_problem"] = str(refusal)
        return redirect("basket:summary")
