"""The door to every step of a draft: its link is looked up, refused in words, or opened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from oscar.core.loading import get_class

from cms.sites import Site, site_for
from shop import baskets, drafts, guesses
from shop.models import Draft
from shop.owners import owns
from shop.wizard.steps import steps
from shop.wizard.summary import summary

NOT_FOR_SALE = (baskets.NotForSale, baskets.OtherCurrency, baskets.OtherShop)
Selector = get_class("partner.strategy", "Selector")


@dataclass
class Opened:
    """A draft that this visitor may go on with, as its steps need it. `token` is the one of the address."""

    request: HttpRequest
    draft: Draft
    token: str
    site: Site
    at: datetime

    @property
    def autosave(self) -> bool:
        """Whether the script saves in passing; the answer is this very step, rendered anew."""
        return is_autosave(self.request)

    def context(self, step: str) -> dict[str, Any]:
        """What every step shows around its questions."""
        basket = self.draft.basket
        baskets.apply_offers(basket=basket, user=self.request.user)
        return {
            "draft": self.draft,
            "token": self.token,
            "steps": steps(draft=self.draft, token=self.token, current=step),
            "summary": summary(basket=basket, draft=self.draft, at=self.at),
        }


def is_autosave(request: HttpRequest) -> bool:
    """Whether the script saves in passing: nobody pressed a button."""
    return request.method == "POST" and request.headers.get("X-Draft") == "save"


def with_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view with an `Opened` draft instead of request and token; else answer 404, 403 or what it became.

    A POST makes the draft this browser's own. A GET changes nothing.
    """

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
        site, at = site_for(request), timezone.now()
        try:
            draft = look_up(request, site=site, token=token)
            drafts.check(draft, user=request.user)
        except (drafts.DraftNotFound, guesses.TooManyGuesses):
            return render(request, "shop/wizard/unknown.html", status=404)
        except drafts.DraftNotYours as refusal:
            return render(request, "shop/wizard/not_yours.html", {"problem": refusal}, status=403)
        except drafts.DraftPlaced as placed:
            return show_placed(request, placed.order)
        draft.basket.strategy = Selector().strategy(at=at)  # type: ignore[union-attr]  # a found draft has one
        answer = answered(Opened(request, draft, token, site, at), view, **more)
        answer["Referrer-Policy"] = "same-origin"  # the address is a secret; our own forms still need their referrer
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return opened


def answered(opened: Opened, view: Callable[..., HttpResponse], **more: Any) -> HttpResponse:
    """The view's answer, after a POST made the draft this browser's own; what could not be done is said in words."""
    try:
        if opened.request.method == "POST":
            drafts.adopt(request=opened.request, draft=opened.draft, at=opened.at, token=opened.token)
        return view(opened, **more)
    except drafts.DraftNotFound:  # forgotten by schedule in this very moment, so nothing can be kept in it
        return render(opened.request, "shop/wizard/unknown.html", {"no_longer": True}, status=404)
    except baskets.BasketClosed:
        return redirect("draft", token=opened.token)  # which says what it became
    except (drafts.ThingGone, drafts.TooManyThings, *NOT_FOR_SALE) as refusal:
        messages.error(opened.request, str(refusal))
        return redirect("draft", token=opened.token)


def freshen(opened: Opened) -> None:
    """Ask anew for prices that have run out, and say so. Those that cannot be had stay as they are until the end."""
    if not drafts.is_stale(opened.draft, opened.at):
        return
    try:
        done = drafts.reprice(opened.draft, opened.at)
    except (baskets.BasketClosed, *NOT_FOR_SALE):
        return
    messages.info(opened.request, _("We kept your price as long as we promised. It is today's price now."))
    tell(opened, done)


def tell(opened: Opened, done: drafts.Repriced) -> None:
    """Say which prices are others now and why, and what was taken out."""
    for moved in done.moved:
        messages.info(opened.request, f"{moved.repair}: {moved.words}")
    for name in done.gone:
        messages.warning(opened.request, _("%(name)s is not offered any more and was taken out.") % {"name": name})


def look_up(request: HttpRequest, *, site: Site, token: str) -> Draft:
    """The draft of this link. Wrong links are counted; after too many of them every unknown link looks wrong."""
    if request.session.get(drafts.SESSION_KEY) == token:
        return drafts.find(site=site, token=token)
    who = [str(get_adapter().get_client_ip(request))]
    guesses.take(what="drafts", who=who)
    draft = drafts.find(site=site, token=token)
    guesses.give_back(what="drafts", who=who)
    return draft


def show_placed(request: HttpRequest, order: Any) -> HttpResponse:
    """The confirmation for who placed it here or owns it; for anybody else only that it was placed."""
    mine = order is not None and (
        request.session.get("checkout_order_id") == order.pk or owns(request.user, order.visit)
    )
    if mine:
        request.session["checkout_order_id"] = order.pk
        return redirect("checkout:thank-you")
    return render(request, "shop/wizard/placed.html")


def mine(request: HttpRequest, *, site: Site) -> tuple[Draft, str] | None:
    """The draft this browser or log-in is at, and its token; None when there is none that can go on."""
    token = str(request.session.get(drafts.SESSION_KEY, ""))
    try:
        draft = drafts.find(site=site, token=token) if token else None
    except drafts.DraftNotFound:
        draft = None
    if draft is None:
        owned = drafts.of(request.basket)  # type: ignore[attr-defined]  # Oscar's middleware puts it there
        if owned is None or owned.site_id != site.pk:
            return None
        token = drafts.link_token(owned)
        draft = drafts.find(site=site, token=token)
    try:
        drafts.check(draft, user=request.user)
    except (drafts.DraftNotYours, drafts.DraftPlaced):
        return None
    return draft, token
