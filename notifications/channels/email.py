"""E-mail through Django's mail backend: SMTP, or any provider that Anymail knows."""

import smtplib
from collections.abc import Mapping
from email.utils import parseaddr

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection

from notifications.channels.base import Accepted, BadSignature, Outgoing, Refused, Reported, Unavailable

# Our own key or address book is at fault, not the message: it waits until that is mended.
OUR_FAULT = {401, 403, 408, 425, 429}


class Email:
    """Sends a text part and, when there is one, an HTML part; `backend` names another mail backend than Django's."""

    name = "email"

    def __init__(self, backend: str | None = None) -> None:
        self.backend = backend

    def send(self, outgoing: Outgoing) -> Accepted:
        """Send one mail. Raises Unavailable (also for 4xx answers) or Refused (5xx answers, bad addresses)."""
        mail = EmailMultiAlternatives(outgoing.subject, outgoing.text, to=[outgoing.to])
        domain = parseaddr(mail.from_email)[1].rpartition("@")[2] or "localhost"
        mail.extra_headers = {"Message-ID": f"<{outgoing.key}@{domain}>", "Auto-Submitted": "auto-generated"}
        if outgoing.unsubscribe:
            mail.extra_headers["List-Unsubscribe"] = f"<{outgoing.unsubscribe}>"
            mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        if outgoing.html:
            mail.attach_alternative(outgoing.html, "text/html")
        for file in outgoing.attachments:
            mail.attach(file.name, file.content, file.content_type)
        mail.connection = get_connection(self.backend)
        try:
            taken = mail.send()
        except (BadHeaderError, UnicodeError) as error:
            raise Refused(f"The address or the subject cannot be written in a mail: {error}") from error
        except smtplib.SMTPException as error:
            raise smtp_meaning(error) from error
        except AnymailError as error:
            raise anymail_meaning(error) from error
        except OSError as error:
            raise Unavailable(f"The mail server did not answer: {error}") from error
        if not taken:
            raise Unavailable("The mail server took nothing.")
        return Accepted(self.name, getattr(getattr(mail, "anymail_status", None), "message_id", None) or "")

    def read_receipts(self, *, url: str, body: bytes, headers: Mapping[str, str]) -> list[Reported]:
        """Mail servers post no receipts here."""
        raise BadSignature("Plain mail sends no receipts.")


def smtp_meaning(error: smtplib.SMTPException) -> Unavailable | Refused:
    """What an SMTP answer means for us: 4xx and broken lines pass, 5xx about the recipient stay."""
    words: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()), (550, b"no recipient"))
    elif isinstance(error, smtplib.SMTPResponseException) and not isinstance(
        error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError
    ):
        code, words = error.smtp_code, error.smtp_error
    else:
        return Unavailable(f"The mail server did not take it: {error}")
    text = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    sentence = f"The mail server answered {code}: {text}"
    return Refused(sentence) if 500 <= code < 600 else Unavailable(sentence)


def anymail_meaning(error: AnymailError) -> Unavailable | Refused:
    """What a mail provider's answer means for us."""
    if isinstance(error, AnymailRecipientsRefused):
        return Refused(f"The mail provider refused the address: {error}")
    code = getattr(error, "status_code", None) if isinstance(error, AnymailAPIError) else None
    if code is not None and 400 <= code < 500 and code not in OUR_FAULT:
        return Refused(f"The mail provider answered {code}: {error}")
    return Unavailable(f"The mail provider did not take it: {error}")
