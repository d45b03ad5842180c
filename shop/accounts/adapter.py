"""What we add to allauth: its mails go through the outbox, so that no request waits for a mail server, and a verified
address brings along what its owner did as a guest."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from cms.sites import default_site, shop_settings, site_for
from notifications import contacts, outbox
from notifications.models import Contact


class AccountAdapter(DefaultAccountAdapter):
    """Log-in, sign-up and their mails."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post allauth's own subject and text as one message of the kind account.mail.

        The text holds one-use links and codes; the outbox drops it once it is sent.
        """
        request = self.request
        facts = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        mail = self.render_mail(template_prefix, email, facts)
        site = site_for(request) if request else default_site()
        shop = shop_settings(site)
        outbox.post(
            kind="account.mail",
            contact=Contact(site=site, email=email, language=get_language() or settings.LANGUAGE_CODE),
            context={
                "subject": mail.subject,
                "body": mail.body,
                "shop_name": shop.name,
                "shop_phone": shop.phone,
                "shop_address": shop.address,
            },
            dedupe_key=f"account.mail:{uuid4().hex}",
            at=timezone.now(),
        )

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """allauth's, and then the guest's history of that address belongs to the account."""
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            contacts.claim(user=email_address.user, email=email_address.email)
        return confirmed

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """allauth's, after claiming what was done as a guest since, with an address verified in whatever way."""
        for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True):
            contacts.claim(user=user, email=email)
        return super().post_login(request, user, **how)
