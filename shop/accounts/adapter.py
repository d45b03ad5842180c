"""What we add to allauth: its mails go through the outbox, so that no request waits for a mail server; a verified
address brings along what its owner did as a guest; a password set before the address was proved is void."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import uuid4

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cms.letterhead import letterhead
from cms.sites import default_site, shop_settings, site_for
from notifications import contacts, outbox
from notifications.models import Contact

LINKS = {"password_reset_url": _("Choose a new password"), "signup_url": _("Make an account")}
UNPROVED = "address_unproved"


class AccountAdapter(DefaultAccountAdapter):
    """Log-in, sign-up and their mails."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail and password do not belong together. Check both, or let us send you a code."
        ),
        "too_many_login_attempts": _(
            "There were too many tries. Wait five minutes and try again. Your account and your bookings are safe."
        ),
        "rate_limited": _("We have just sent you one. Wait a moment before you ask for another."),
        "incorrect_code": _("This is not the code we know. Check the figures; only the newest one counts."),
        "incorrect_password": _("This is not your password. Check it and try again."),
        "enter_current_password": _("This is not your password. Check it and try again."),
        "duplicate_email": _("This address is in your account already."),
        "email_taken": _("This address belongs to another account."),
        "max_email_addresses": _("An account holds up to %d addresses. Remove one first."),
        "same_as_current": _("This is the address you gave before."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post allauth's subject and text as one message of the kind account.mail, its code or link set apart.

        They open an account; the outbox drops them once the message is sent.
        """
        request = self.request
        self._remember_unproved(template_prefix, email)
        site = site_for(request) if request else default_site()
        shop = shop_settings(site)
        facts = {"request": request, "email": email, "current_site": get_current_site(request), "zone": shop.zone}
        mail = self.render_mail(template_prefix, email, facts | context)
        link = next((name for name in LINKS if context.get(name)), "")
        outbox.post(
            kind="account.mail",
            contact=Contact(site=site, email=email, language=get_language() or settings.LANGUAGE_CODE),
            context={
                "subject": mail.subject,
                "body": mail.body,
                "code": context.get("code", ""),
                "link": context.get(link, ""),
                "button": LINKS.get(link, ""),
                **letterhead(shop),
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

    def pre_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse | None:
        """allauth's, after voiding the password of an account whose address is only now proved, by a mailed code.

        Somebody else may have signed up with this address and be waiting, password in hand, for its owner to come.
        """
        records = get_authentication_records(request, user)
        by_code = bool(records) and records[-1]["method"] == "code"
        if by_code and user.pk in request.session.pop(UNPROVED, []) and user.has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return super().pre_login(request, user, **how)

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """allauth's, after claiming what was done as a guest since, with an address verified in whatever way."""
        for email in EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True):
            contacts.claim(user=user, email=email)
        return super().post_login(request, user, **how)

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """After adding an address: back to the addresses."""
        return reverse("account_email")

    def is_safe_url(self, url: str) -> bool:
        """Whether to send a visitor there after log-in: to this very host only, whatever ALLOWED_HOSTS names."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def _remember_unproved(self, template_prefix: str, email: str) -> None:
        """Note in the visitor's session that a log-in code goes to an account that nobody has proved to own yet."""
        if template_prefix != "account/email/login_code":
            return
        owners = EmailAddress.objects.filter(email=email).values("user")
        proved = EmailAddress.objects.filter(user__in=owners, verified=True).values("user")
        self.request.session[UNPROVED] = list(owners.exclude(user__in=proved).values_list("user", flat=True))


class SecondFactorAdapter(DefaultMFAAdapter):
    """The authenticator app's code as a picture, under the shop's own name."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code we expect. Wait for the next one in your app and type that."),
    }

    def get_totp_issuer(self) -> str:
        """The name that the app shows above the code: the shop's."""
        return shop_settings(default_site()).name or "Mendwell"

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan as inline SVG; its colours come from the style sheet."""
        picture = segno.make(url, error="m")
        return picture.svg_inline(border=2, omitsize=True, svgclass="qr__picture", lineclass="qr__line")

    def encrypt(self, text: str) -> str:
        """The secret of an app or of recovery codes as it is kept: unreadable without SECRET_KEY."""
        return ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. One that no key opens becomes a random one, which no code fits; never a guessable one."""
        try:
            return ciphers().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())


def ciphers() -> MultiFernet:
    """Ciphers made from SECRET_KEY, which writes, and from the SECRET_KEY_FALLBACKS, which still read."""
    keys = [
        sha256(f"second factor {key}".encode()).digest()
        for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in keys])
