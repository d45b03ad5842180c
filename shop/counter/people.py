"""Who stands at the counter, and who will do the work."""

import re
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, QuerySet

from cms.sites import Site
from notifications.models import Contact

MOST = 6
FEWEST_DIGITS = 4  # of a telephone number, before it is searched for
MOST_TECHNICIANS = 60


def find_contacts(*, site: Site, words: str) -> list[Contact]:
    """People this shop knows by a part of their name, e-mail or telephone number, newest first; at most six.

    Nothing for fewer than two letters: the counter looks somebody up, it does not leaf through the file.
    """
    words = words.strip()
    if len(words) < 2:
        return []
    found = Q(email__istartswith=words) | Q(pk__in=_by_name(words).values("pk"))
    digits = re.sub(r"\D", "", words).lstrip("0")
    if len(digits) >= FEWEST_DIGITS:
        found |= Q(phone__contains=digits)
    return list(Contact.objects.filter(found, site=site).order_by("-pk")[:MOST])


def _by_name(words: str) -> QuerySet[Contact]:
    rows = Contact.objects.all()
    for word in words.split()[:5]:
        rows = rows.filter(name__icontains=word)
    return rows


def contact_named(*, site: Site, pk: str) -> Contact | None:
    """The contact of this site with that number as text, or None."""
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 12):
        return None
    return Contact.objects.filter(site=site, pk=int(pk)).select_related("user").first()


def technicians() -> list[Any]:
    """Everybody who may move jobs on the bench, by name. One statement."""
    return list(ModelBackend().with_perm("repairs.work_bench").order_by("first_name", "email")[:MOST_TECHNICIANS])
