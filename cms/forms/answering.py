"""Answering a form that an editor put together: checked, kept once, mailed to the shop, and thanked for.

Its page is cached and the same for everybody, so it carries no token, and it works without script. Nobody's log-in
is used and nothing is changed in anybody's name, so what a forged post from another site could do is to send us words
from a stranger's address. That is refused: every browser says where a post comes from (`comes_from_us`). Spam is held
off by a field that people do not see, by counts, and by how the words look; a suspected answer gets the same
thank-you, is kept for the shop to look at, and is mailed to nobody. No third party is asked.
"""

import hashlib
import ipaddress
import json
import textwrap
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.forms.fields import TRAP
from cms.forms.spam import suspicious
from cms.letterhead import letterhead
from cms.models.settings import ShopSettings
from notifications import outbox
from notifications.card_numbers import mask_all
from notifications.models import Contact

MOST_BYTES = 64 * 1024  # of one post; the longest form that an editor can build stays below it
HOUR, DAY = 3600, 24 * 3600
MOST_THANKS = 2  # a day to one address: a stranger's letter box is not to be filled through us
WIDTH = 1500  # longer lines are broken for the mail, which cuts at 2000


class AnswerNotGood(Exception):
    """Something is missing or wrong; `form` knows what, field by field."""

    code = "invalid"

    def __init__(self, form: forms.Form) -> None:
        super().__init__(_("Please look at the marked fields."))
        self.form = form


class TooManyAnswers(Exception):
    """More was sent from this address within the hour than people send."""

    code = "throttled"


def answer_form(*, page: Any, values: Mapping[str, Any], address: str, at: datetime, suspected: bool = False) -> Any:
    """Keep one answer to the form of this page (a FormPage) and tell the shop, in one transaction; the FormAnswer.

    `values` as they were posted, or as JSON says them; `address` is where they came from. The same words twice on a
    day are one answer, told once. `suspected` by what the caller saw. Raises AnswerNotGood and TooManyAnswers.
    """
    posted = values if isinstance(values, MultiValueDict) else as_posted(values)
    form = page.get_form(posted)
    if not form.is_valid():
        raise AnswerNotGood(form)
    if not _within(f"address {network(address)}", settings.FORM_ANSWERS_PER_HOUR, HOUR):
        raise TooManyAnswers(_("That were very many messages for one hour. Please wait a while, or call us."))
    # Before anything is made of the words, the mail and the mark of the answer included.
    words = {name: mask_all(tidy(value)) for name, value in form.cleaned_data.items()}
    suspected = suspected or bool(posted.get(TRAP)) or suspicious(form.fields, words)
    with transaction.atomic():
        answer, new = page.get_submission_class().objects.get_or_create(
            page_id=page.pk, digest=digest(page.pk, words, at), defaults={"form_data": words, "suspected": suspected}
        )
        if new and not suspected:
            _tell(page, form, words, answer=answer, at=at)
    return answer


def as_posted(values: Mapping[str, Any]) -> MultiValueDict[str, Any]:
    """What JSON says, as a browser would have posted it: lists as several values, false and null as nothing."""
    posted: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in values.items():
        several = value if isinstance(value, list) else [] if value is None or value is False else [value]
        # Half of a surrogate pair is JSON and no text: it cannot be shown again.
        posted.setlist(name, [str(one).encode("utf-8", "replace").decode() for one in several])
    return posted


def tidy(value: Any) -> Any:
    """Text that every database keeps: line ends alike, no control characters. Anything else stays."""
    if isinstance(value, list):
        return [tidy(one) for one in value]
    if not isinstance(value, str):
        return value
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def digest(page_id: int, words: Mapping[str, Any], at: datetime) -> str:
    """What tells an answer apart: page, day and words."""
    told = json.dumps([page_id, at.date().isoformat(), words], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


# --- where it comes from ---------------------------------------------------------------------------------------------


def comes_from_us(request: HttpRequest) -> bool | None:
    """Whether a page of this shop sent the post: True or False by Origin, else Referer; None when neither is told.

    Browsers send Origin with every post to another site and scripts cannot change it. None is a program or somebody
    whose browser was told to be silent: no forgery, but no reason for trust either.
    """
    told = request.headers.get("Origin") or request.headers.get("Referer")
    if not told:
        return None
    parts = urlsplit(told)
    here = f"{request.scheme}://{request.get_host()}"
    return f"{parts.scheme}://{parts.netloc}" in {here, settings.PUBLIC_ORIGIN, *settings.CSRF_TRUSTED_ORIGINS}


def network(address: str) -> str:
    """Whom an address counts for: itself, or with IPv6 its network, in which one customer has all addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def _within(who: str, most: int, seconds: int) -> bool:
    """Count one for somebody, by a keyed hash so that the cache keeps no list; whether it was not too many. 0: any."""
    key = f"forms:{salted_hmac('mendwell.forms', who).hexdigest()[:32]}"
    cache.add(key, 0, seconds)
    try:
        count = int(cache.incr(key))
    except ValueError:  # it ran out between the two
        cache.set(key, 1, seconds)
        count = 1
    return not most or count <= most


# --- who is told -----------------------------------------------------------------------------------------------------


def _tell(page: Any, form: forms.Form, words: Mapping[str, Any], *, answer: Any, at: datetime) -> None:
    """Mail the shop what was said and, where an e-mail address was asked for, tell its owner that it arrived."""
    site = page.get_site()
    if site is None:
        return
    shop, language = ShopSettings.for_site(site), page.locale.language_code
    told = {
        **letterhead(shop),
        "subject": page.title,
    }
    to = page.mail_to or shop.email
    if to:
        with override(language):
            lines = in_lines(form, words)
        link = settings.WAGTAILADMIN_BASE_URL + reverse("wagtailforms:list_submissions", args=[page.pk])
        outbox.post(
            kind="form.answered",
            contact=Contact(site=site, email=to, language=language),
            context={**told, "lines": lines, "link": link},
            dedupe_key=f"form.answered:{answer.pk}",
            at=at,
        )
    theirs = next((words[name] for name, field in form.fields.items() if isinstance(field, forms.EmailField)), "")
    if theirs and _within(f"thanks {theirs.lower()}", MOST_THANKS, DAY):
        # Anybody can type anybody's address: nothing that the visitor wrote goes into this mail.
        outbox.post(
            kind="form.thanks",
            contact=Contact(site=site, email=theirs.lower(), language=language),
            context={**told, "body": page.thank_you},
            dedupe_key=f"form.thanks:{answer.pk}",
            at=at,
        )


def in_lines(form: forms.Form, words: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each answer with its label as lines of a mail; what was left empty is left out, a long text takes several."""
    lines = []
    for name, field in form.fields.items():
        for place, line in enumerate(_broken(in_words(words.get(name)))):
            lines.append({"label": "" if place else str(field.label), "amount": line})
    return lines


def _broken(text: str) -> list[str]:
    return [part for line in text.splitlines() if line.strip() for part in textwrap.wrap(line, WIDTH)]


def in_words(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, datetime):
        return date_format(value, "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if hasattr(value, "isoformat") else str(value)
