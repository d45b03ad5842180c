"""Going on with a booking on another device: its link, to be copied, scanned or mailed."""

from io import BytesIO

import segno
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.letterhead import letterhead
from cms.sites import shop_settings
from notifications import contacts, outbox
from notifications.models import Contact
from shop import guesses
from shop.wizard.opening import Opened, with_draft


def qr(address: str) -> SafeString:
    """The address as a QR code: an inline SVG without any text of others in it."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, omitsize=True)
    return mark_safe(out.getvalue().decode())  # noqa: S308 - squares drawn by segno


@with_draft
def link(opened: Opened) -> HttpResponse:
    """The link of the draft with its QR code; a POST mails it."""
    address = settings.PUBLIC_ORIGIN + reverse("draft", args=[opened.token])
    context = {"address": address, "qr": qr(address), "token": opened.token, "problem": "", "email": ""}
    if opened.request.method != "POST":
        return render(opened.request, "shop/wizard/link.html", context)
    try:
        email = contacts.normal_email(contacts.one_line(opened.request.POST.get("email", ""), 300))
        if not email:
            raise contacts.ContactNotUsable("email", _("Tell us the e-mail address to send it to."))
        send(opened, address, email)
    except (contacts.ContactNotUsable, guesses.TooManyGuesses) as refusal:
        words = str(refusal)
        if isinstance(refusal, guesses.TooManyGuesses):
            words = _("This link was mailed several times already. Wait an hour, or copy it.")
        context |= {"problem": words, "email": opened.request.POST.get("email", "")[:254]}
        return render(opened.request, "shop/wizard/link.html", context)
    messages.success(opened.request, _("The link is on its way to %(email)s.") % {"email": email})
    return redirect("draft", token=opened.token)


def send(opened: Opened, address: str, email: str) -> None:
    """Mail the link, a few times an hour at most. Raises TooManyGuesses."""
    source = str(get_adapter().get_client_ip(opened.request))
    guesses.take(what="draft_mails", who=[f"draft {opened.draft.pk}", f"address {source}", f"mail {email}"])
    shop = shop_settings(opened.site)
    first = next(iter(opened.draft.items.all()), None)
    outbox.post(
        kind="draft.link",
        contact=Contact(site=opened.site, email=email, language=get_language() or settings.LANGUAGE_CODE),
        context={
            "link": address,
            "device": first.device.name if first and first.device else "",
            **letterhead(shop),
        },
        dedupe_key=f"draft.link:{opened.draft.pk}:{email}:{opened.at.isoformat()}",
        at=opened.at,
    )
