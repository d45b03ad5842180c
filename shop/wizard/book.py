"""The start of a booking, its way on, and the door to the checkout."""

import uuid

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from cms.sites import site_for
from shop import drafts, guesses
from shop.storefront.currency import chosen
from shop.wizard import device
from shop.wizard.next_step import furthest, unanswered
from shop.wizard.opening import Opened, answered, mine, with_draft


@never_cache
def book(request: HttpRequest) -> HttpResponse:
    """The start: a look writes nothing, the first answer makes the draft. A browser that has one goes on with it."""
    site, at = site_for(request), timezone.now()
    found = mine(request, site=site)
    if request.method != "POST":
        if found is None:
            return device.first(request, site=site, at=at)
        return redirect(start_within(request, *found))
    asked = device.wanted(request)
    if asked is None:
        return redirect("book")
    if found is None:
        try:
            guesses.take(what="new_drafts", who=[visitor(request)])
        except guesses.TooManyGuesses:
            return device.slow_down(request, asked, site=site, at=at)
    draft, token = found or drafts.start(site=site, at=at, currency=chosen(request))
    return answered(Opened(request, draft, token, site, at), device.add, asked=asked)


def visitor(request: HttpRequest) -> str:
    """Whom a new booking counts for: the person who is logged in, else the address."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"address {get_adapter(request).get_client_ip(request)}"


def start_within(request: HttpRequest, draft: drafts.Draft, token: str) -> str:
    """Where a wish goes on in a draft: to the thing it is about when that is there already, else to a new one."""
    asked = device.wanted(request)
    item = next((i for i in draft.items.all() if asked and asked.device and i.device_id == asked.device.pk), None)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    if item is None:
        return reverse("draft-device", args=[token]) + query
    return reverse("draft-issue", args=[token, item.key]) + query


@with_draft
def draft(opened: Opened) -> HttpResponse:
    """The draft's own link: goes to the furthest useful step. A POST with `remove` takes a thing out."""
    wish = opened.request.POST.get("remove", "")
    if wish:
        try:
            removed = drafts.remove_item(opened.draft, key=uuid.UUID(wish), at=opened.at)
        except ValueError:
            removed = False
        if removed:
            messages.success(opened.request, _("Taken out of your booking. Everything else is as it was."))
        return redirect("draft", token=opened.token)
    return redirect(furthest(opened))


@with_draft
def details(opened: Opened) -> HttpResponse:
    """To the checkout's details, with this draft as the browser's basket."""
    return to_checkout(opened, "details", "checkout:index")


@with_draft
def payment(opened: Opened) -> HttpResponse:
    """To the checkout's review and payment, with this draft as the browser's basket."""
    return to_checkout(opened, "payment", "checkout:preview")


def has_another(opened: Opened) -> bool:
    """Whether this browser is at another booking: a link that somebody sent must not take its place unasked."""
    found = mine(opened.request, site=opened.site)
    return found is not None and found[0].pk != opened.draft.pk and bool(found[0].items.all())


def would_take(opened: Opened) -> bool:
    """Whether going on puts a booking of nobody under this log-in, which nobody else can open then: asked first."""
    user = opened.request.user
    return user.is_authenticated and opened.draft.basket.owner_id != user.pk  # type: ignore[union-attr]


def to_checkout(opened: Opened, step: str, name: str) -> HttpResponse:
    """On to the checkout when nothing that it needs is missing, else to the step where it is."""
    if not opened.draft.items.all() or unanswered(opened) is not None:
        return redirect(furthest(opened))
    if opened.request.method != "POST" and ((another := has_another(opened)) or would_take(opened)):
        return render(opened.request, "shop/wizard/switch.html", opened.context(step) | {"another": another})
    drafts.adopt(request=opened.request, draft=opened.draft, at=opened.at, token=opened.token)
    if step == "details":
        drafts.reach(opened.draft, "details")
    return redirect(name)
