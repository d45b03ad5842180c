"""allauth's mails go through the outbox, so that no request waits for a mail server."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.utils import timezone
from django.utils.translation import get_language

from cms.sites import default_site, shop_settings, site_for
from notifications import outbox
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
                "shop_address": ", ".join(part for part in (shop.street, shop.city, shop.postcode) if part),
            },
            dedupe_key=f"account.mail:{uuid4().hex}",
            at=timezone.now(),
        )
