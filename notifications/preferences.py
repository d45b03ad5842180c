"""What a person with a log-in wants to hear, and by which channel. Receipts and security mail are not asked about.

Without a row: news of a repair yes, offers no. Guests are told about their repair and never get offers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from notifications.contacts import can_text
from notifications.models import Contact, Message, Preference

Purpose = Preference.Purpose
CHANNELS = (Message.Channel.EMAIL, Message.Channel.SMS)
DEFAULTS = {Purpose.SERVICE: True, Purpose.MARKETING: False}
SALT = "mendwell.unsubscribe"


class OneChannelNeeded(Exception):
    """News of a repair cannot be switched off altogether: somebody waits for a thing that lies with us."""

    code = "one_channel_needed"


class NoSuchChoice(Exception):
    """There is no such purpose or channel to choose, or the link that names them is not one of ours."""

    code = "not_found"


@dataclass(frozen=True)
class Choice:
    """What holds for one purpose on one channel; `changed_at` is None where nobody ever chose."""

    purpose: str
    channel: str
    allowed: bool
    changed_at: datetime | None


def choices(user_id: int) -> list[Choice]:
    """Every choice a person has, made or not. One statement."""
    made = {(row.purpose, row.channel): row for row in Preference.objects.filter(user=user_id)}
    found = []
    for purpose in Purpose:
        for channel in CHANNELS:
            row = made.get((purpose, channel))
            allowed = row.allowed if row else DEFAULTS[purpose]
            found.append(Choice(purpose, channel, allowed, row.changed_at if row else None))
    return found


def wanted(user_id: int, purpose: str, channel: str) -> bool:
    """Whether a person wants messages of this purpose on this channel. One statement."""
    row = Preference.objects.filter(user=user_id, purpose=purpose, channel=channel).first()
    return row.allowed if row else DEFAULTS.get(Purpose(purpose), True)


def save(*, user: Any, purpose: str, channel: str, allowed: bool, at: datetime) -> None:
    """Write one choice down with its time. Choosing what holds already changes nothing.

    Raises NoSuchChoice, and OneChannelNeeded for switching off the last channel for news of a repair.
    """
    if purpose not in Purpose.values or channel not in CHANNELS:
        raise NoSuchChoice(_("There is no such choice."))
    with transaction.atomic():
        _lock(user)
        now = {(choice.purpose, choice.channel): choice.allowed for choice in choices(user.pk)}
        if now[purpose, channel] == allowed:
            return
        others = [on for (of, by), on in now.items() if of == purpose and by != channel]
        if purpose == Purpose.SERVICE and not allowed and not any(others):
            raise OneChannelNeeded(
                _("Keep e-mail or text messages on, so that we can tell you when your repair is ready.")
            )
        Preference.objects.update_or_create(
            user_id=user.pk, purpose=purpose, channel=channel, defaults={"allowed": allowed, "changed_at": at}
        )


def _lock(user: Any) -> None:
    """Two browsers that each switch off another channel wait for each other here."""
    get_user_model().objects.select_for_update().values_list("pk").get(pk=user.pk)


def reachable(contact: Contact, purpose: str, channels: Collection[str]) -> list[str]:
    """Which of the channels, each of which reaches the contact, a message of this purpose takes.

    One statement for a contact with a log-in and none for a guest. Offers only go where somebody said yes; receipts
    always come by e-mail, and follow the choices for news elsewhere; who switched off every channel by which they can
    be reached gets news of the repair all the same.
    """
    if purpose == "security":
        return list(channels)
    if contact.user_id is None:
        return [] if purpose == Purpose.MARKETING else list(channels)
    asked = Purpose.MARKETING if purpose == Purpose.MARKETING else Purpose.SERVICE
    made = dict(Preference.objects.filter(user=contact.user_id, purpose=asked).values_list("channel", "allowed"))
    liked = [channel for channel in channels if made.get(channel, DEFAULTS[asked])]
    if purpose == "receipt" and Message.Channel.EMAIL in channels:
        return [channel for channel in channels if channel in liked or channel == Message.Channel.EMAIL]
    if asked == Purpose.SERVICE and not _any_left(contact, made):
        return list(channels)
    return liked


def _any_left(contact: Contact, made: dict[str, bool]) -> bool:
    """Whether one of the channels that are on reaches the contact at all."""
    phone = str(contact.phone or "")
    has = {Message.Channel.EMAIL: bool(contact.email), Message.Channel.SMS: bool(phone) and can_text(phone)}
    return any(has[channel] and made.get(channel, True) for channel in CHANNELS)


def unsubscribe_link(*, user_id: int | None, purpose: str, channel: str = Message.Channel.EMAIL) -> str:
    """The address that switches this purpose off on this channel; blank for guests and what is always sent."""
    if user_id is None or purpose not in Purpose.values:
        return ""
    token = signing.dumps({"u": user_id, "p": purpose, "c": channel}, salt=SALT)
    return f"{settings.PUBLIC_ORIGIN}/notifications/unsubscribe/{token}/"


def read_link(token: str) -> tuple[int, str, str]:
    """Whose, which purpose and which channel an unsubscribe link names. Raises NoSuchChoice."""
    try:
        named = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise NoSuchChoice(_("This link is not one of ours, or was cut short.")) from error
    return int(named["u"]), str(named["p"]), str(named["c"])
