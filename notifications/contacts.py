"""Who we can write to: finding or making the row, and giving a guest's history to a verified address."""

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumberType

from notifications.models import Contact

REFUSED_TYPES = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
# What cannot take a text message. Unknown types may: ranges are opened faster than lists are printed.
NO_TEXT_TYPES = REFUSED_TYPES | {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
    PhoneNumberType.VOIP,
}


class ContactNotUsable(Exception):
    """Nobody can be reached by these details. `field` is name, email or phone."""

    code = "contact_not_usable"

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def one_line(text: str, length: int) -> str:
    """The text without control characters and runs of blanks, at most `length` characters long."""
    visible = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in text)
    return re.sub(" {2,}", " ", visible).strip()[:length].rstrip()


def normal_email(email: str) -> str:
    """The address in lower case; blank stays blank. Raises ContactNotUsable."""
    plain = email.strip().lower()
    if not plain:
        return ""
    try:
        validate_email(plain)
    except ValidationError as error:
        raise ContactNotUsable(
            "email", _("This e-mail address is not complete. Check it for typing errors.")
        ) from error
    if len(plain) > 254:
        raise ContactNotUsable("email", _("This e-mail address is too long."))
    return plain


def normal_phone(phone: str) -> str:
    """The number as E.164 (+447911123456); national ones are read in the shop's region; blank stays blank.

    Raises ContactNotUsable with the reason: not a number, an extension, a premium rate.
    """
    if not phone.strip():
        return ""
    try:
        number = phonenumbers.parse(phone, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException as error:
        raise ContactNotUsable("phone", _("This is not a telephone number we can use.")) from error
    if number.extension:
        raise ContactNotUsable("phone", _("Leave out the extension, or give a mobile number."))
    if not phonenumbers.is_possible_number(number):
        raise ContactNotUsable("phone", _("This telephone number is too short or too long."))
    if phonenumbers.number_type(number) in REFUSED_TYPES:
        raise ContactNotUsable("phone", _("We do not write to premium-rate numbers. Give another one."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


# What may be read as a number; phonenumbers finds one in an e-mail address, too.
LIKE_A_NUMBER = re.compile(r"[+(\d][\d ().\-/]+")


@lru_cache(maxsize=1024)
def readable_phone(phone: str) -> str:
    """A number as people read it, the same for callers from everywhere: +44 20 7946 0018. Other words stay."""
    number = _parsed(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if number else phone


@lru_cache(maxsize=1024)
def dialled_phone(phone: str) -> str:
    """A number as a tel: link needs it: +442079460018. What is none keeps its figures."""
    number = _parsed(phone)
    if number is None:
        return re.sub(r"[^\d+*#]", "", phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(phone: str) -> phonenumbers.PhoneNumber | None:
    """The number, read in the shop's region unless it says its own; None for what cannot be one."""
    if not LIKE_A_NUMBER.fullmatch(phone.strip()):
        return None
    try:
        number = phonenumbers.parse(phone, settings.PHONENUMBER_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def can_text(phone: str) -> bool:
    """Whether an SMS to this E.164 number can arrive."""
    if not phone:
        return False
    return phonenumbers.number_type(phonenumbers.parse(phone)) not in NO_TEXT_TYPES


def find_or_create(
    *, site: Any, name: str, email: str, phone: str, language: str, user: Any = None, at: datetime
) -> Contact:
    """The contact with exactly these details, made if it is new. No other row is ever changed.

    For a guest (`user` None) equal details share one row, also under parallel requests (one statement). A person
    who is logged in gets rows of their own. Raises ContactNotUsable when a detail is unusable or both are blank.
    """
    details = {
        "name": one_line(name, 200),
        "email": normal_email(email),
        "phone": normal_phone(phone),
        "language": language or settings.LANGUAGE_CODE,
    }
    if not details["email"] and not details["phone"]:
        raise ContactNotUsable("email", _("Give an e-mail address or a telephone number, so that we can reach you."))
    if user is None:
        return _guest(site, details, at)
    known = Contact.objects.filter(site=site, user=user, **details).order_by("pk").first()
    return known or Contact.objects.create(site=site, user=user, created_at=at, **details)


def _guest(site: Any, details: dict[str, str], at: datetime) -> Contact:
    """One upsert on the partial unique index; the ORM cannot name an index with a condition as conflict target."""
    values = {"site_id": site.pk, **details}
    names = ", ".join(values)
    statement = (
        f"INSERT INTO {Contact._meta.db_table} ({names}, created_at) VALUES (%s, %s, %s, %s, %s, %s) "  # noqa: S608
        "ON CONFLICT (site_id, email, phone, name, language) WHERE user_id IS NULL "
        "DO UPDATE SET name = excluded.name RETURNING id"
    )
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values.values(), moment])
        (row_id,) = cursor.fetchone()
    known = {"id": row_id, "user_id": None, **values}
    fields = [field.attname for field in Contact._meta.concrete_fields if field.attname in known]
    contact = Contact.from_db(connection.alias, fields, [known[field] for field in fields])
    contact.site = site
    return contact


def claim(*, user: Any, email: str) -> int:
    """Give every guest row of a verified address to the user; all sites. Returns the number of rows.

    The caller vouches that the address is verified. A blank one claims nothing: guests without one are many.
    """
    address = normal_email(email)
    return Contact.objects.filter(email=address, user=None).update(user=user) if address else 0


def own(*, user: Any, site: Any) -> Contact | None:
    """How a person with a log-in is reached at a site: the newest of their rows, if any. One statement."""
    return Contact.objects.filter(user=user, site=site).order_by("-pk").first()


def keep_own(
    *, user: Any, site: Any, first_name: str, last_name: str, phone: str, language: str, at: datetime
) -> Contact:
    """Change what a person says of themselves. Their rows that carry the old name or number carry the new one.

    A row with other details stays as it was: it may be a booking that they made for somebody else. Raises
    ContactNotUsable.
    """
    first, last, number = one_line(first_name, 150), one_line(last_name, 150), normal_phone(phone)
    name = one_line(f"{first} {last}", 200)
    with transaction.atomic():
        user.first_name, user.last_name = first, last
        user.save(update_fields=["first_name", "last_name"])
        mine = Contact.objects.filter(user=user, site=site)
        before = mine.select_for_update().order_by("-pk").first()
        if before is None:
            details = {"name": name or user.email, "email": user.email, "phone": number, "language": language}
            return find_or_create(site=site, user=user, at=at, **details)
        same = mine.filter(phone=before.phone) if number else mine.filter(phone=before.phone).exclude(email="")
        same.update(phone=number)
        if name:
            mine.filter(name=before.name).update(name=name)
        mine.update(language=language)
    before.refresh_from_db()
    return before
