"""How often somebody may be wrong in an hour before we stop answering: codes are short enough to be guessed."""

from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

SPAN_SECONDS = 3600


class TooManyGuesses(Exception):
    """There were too many wrong tries from here within the hour."""

    code = "throttled"


def take(*, what: str, who: Iterable[str]) -> None:
    """Count one try for everybody in `who` (an address, a person), before it is judged: `give_back` when it was right.

    Counting first keeps the limit under parallel tries. `what` names a limit in settings.GUESSES_PER_HOUR; 0 there, or
    nothing, switches it off. Raises TooManyGuesses.
    """
    most = settings.GUESSES_PER_HOUR.get(what, 0)
    if most and max((_count(key) for key in _keys(what, who)), default=0) > most:
        raise TooManyGuesses(_("That were too many wrong codes for one hour. Wait a while, or call us."))


def give_back(*, what: str, who: Iterable[str]) -> None:
    """Take the last try off again: it was right."""
    for key in _keys(what, who):
        try:
            cache.decr(key)
        except ValueError:
            continue  # the hour is over


def _keys(what: str, who: Iterable[str]) -> list[str]:
    """By a keyed hash: the cache keeps no list of who was here."""
    return [f"guesses:{what}:{salted_hmac('mendwell.guesses', one).hexdigest()[:32]}" for one in who if one]


def _count(key: str) -> int:
    cache.add(key, 0, SPAN_SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # the hour ended between the two
        cache.set(key, 1, SPAN_SECONDS)
        return 1
