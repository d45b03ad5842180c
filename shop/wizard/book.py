"""Booking a repair: say what is wrong, keep the price, choose a time. Back and reload never lose anything."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.models import RepairType, Subject
from cms.sites import Site, shop_settings, site_for
from repairs import booking, policies
from shop import baskets, quotes
from shop.models import Quote
from shop.reserve import reserve
from shop.storefront.answers import asked, in_words, read_answers
from shop.storefront.devices import find_device, find_repair
from shop.wizard.days import as_days, chosen_day
from shop.wizard.forms import BookForm, TimeForm

DAYS_SHOWN = 14
NOT_FOR_BASKET = (baskets.BasketClosed, baskets.NotForSale, baskets.OtherCurrency, baskets.OtherShop)


def wanted_repair(request: HttpRequest) -> tuple[Subject | None, RepairType]:
    """The device (if any) and the repair that the address asks for, or a 404."""
    device_slug, repair_slug = (request.GET.get(key, "").replace("\x00", "") for key in ("device", "repair"))
    if device_slug:
        device = find_device(device_slug)
        return device, find_repair(device, repair_slug)
    treatment = RepairType.objects.filter(
        slug=repair_slug, live=True, subject=None, locale__language_code=settings.LANGUAGE_CODE
    ).first()
    if treatment is None:
        raise Http404(_("This repair is not offered."))
    return None, treatment


@never_cache
def book(request: HttpRequest) -> HttpResponse:
    """The repair in the customer's words and answers; a POST freezes the price and goes on to the time."""
    site, at = site_for(request), timezone.now()
    device, repair_type = wanted_repair(request)
    words = words_of(site, request.GET.get("quote", ""))
    form = BookForm(request.POST if request.method == "POST" else None, initial={"problem": words})
    answers = read_answers(request.POST if request.method == "POST" else request.GET)
    wish = {"site": site, "device": device, "repair_type": repair_type, "at": at}
    try:
        if request.method == "POST" and form.is_valid():
            quote = quotes.issue(**wish, answers=form.answers, problem=form.cleaned_data["problem"])
            return redirect("book-time", reference=quote.reference)
        price = quotes.price(**wish, answers=answers)
    except quotes.NotOffered as missing:
        raise Http404(str(missing)) from missing
    context = {
        "form": form,
        "device": device,
        "repair_type": repair_type,
        "price": price,
        "questions": asked(answers),
        "step": 1,
    }
    return render(request, "shop/book.html", context)


def find_quote(site: Site, reference: str) -> Quote:
    """The quote of that reference on this site, or a 404."""
    try:
        return quotes.find(site, reference.replace("\x00", ""))
    except quotes.QuoteNotFound as missing:
        raise Http404(str(missing)) from missing


def words_of(site: Site, reference: str) -> str:
    """What the customer wrote for an earlier price, so that changing the repair does not lose it; else nothing."""
    try:
        return quotes.find(site, reference.replace("\x00", "")).problem if reference else ""
    except quotes.QuoteNotFound:
        return ""


def again_address(quote: Quote) -> str:
    """The query that asks for the same repair again, with the same answers and words."""
    device = {"device": quote.device.slug} if quote.device else {}
    return urlencode(
        {**device, "repair": quote.repair_type.slug, **read_answers(quote.answers), "quote": quote.reference}
    )


@never_cache
def book_time(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose a time for a frozen price; a POST holds it, puts the price into the basket and goes there."""
    site, at = site_for(request), timezone.now()
    quote = find_quote(site, reference)
    if not quotes.usable(quote, at):
        return render(request, "shop/quote_over.html", {"quote": quote, "again": again_address(quote)})
    form = TimeForm(request.POST if request.method == "POST" else None)
    next_starts: list[datetime] = []
    if request.method == "POST" and form.is_valid():
        try:
            basket = baskets.open_basket(site=site, request=request, at=at)
            reserve(site=site, basket=basket, quote=quote, starts_at=form.cleaned_data["starts_at"], at=at)
            messages.success(request, _("Your time is kept for you. Look everything over before you book."))
            return redirect("basket:summary")
        except booking.SlotTaken as taken:
            form.add_error("starts_at", str(taken))
            next_starts = taken.next_starts
        except (booking.SlotNotOffered, policies.NoPolicy, *NOT_FOR_BASKET) as refusal:
            form.add_error("starts_at", str(refusal))
        except (quotes.QuoteExpired, quotes.QuoteRedeemed):
            return render(request, "shop/quote_over.html", {"quote": quote, "again": again_address(quote)})
    context = picker(request, site=site, at=at, form=form, next_starts=next_starts)
    context |= {"form": form, "quote": quote, "answers": in_words(quote.answers), "again": again_address(quote)}
    return render(request, "shop/book_time.html", context, status=409 if next_starts else 200)


def picker(
    request: HttpRequest, *, site: Site, at: datetime, form: TimeForm, next_starts: list[datetime]
) -> dict[str, Any]:
    """What the slot picker shows: fourteen days, the open one, the next free times after a loss, the time kept now."""
    zone = shop_settings(site).zone
    first = at.astimezone(zone).date()
    try:
        starts = booking.free_starts(site=site, at=at, first_date=first, days=DAYS_SHOWN)
    except policies.NoPolicy:
        starts = []  # a shop that takes no bookings yet: the page says that no time is free and whom to call
    days = as_days(starts, zone=zone, first=first, days=DAYS_SHOWN)
    wanted = request.POST.get("day", "") or request.GET.get("day", "")
    visit = baskets.visit_of(request.basket)  # type: ignore[attr-defined]
    hold = visit.hold if visit and baskets.is_kept(visit.hold, at) else None
    return {
        "days": days,
        "day": chosen_day(days, wanted),
        "next_starts": [(start.isoformat(), start.astimezone(zone)) for start in next_starts],
        "hold": hold,
        "hold_value": hold.starts_at.isoformat() if hold else "",
        "zone": zone,
        "zone_name": at.astimezone(zone).tzname(),
        "chosen": form.data.get("starts_at", ""),
        "step": 2,
    }
