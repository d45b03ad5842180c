"""The addresses of a draft: its secret link, and the one a browser that owns its basket may be given."""

import hashlib
import secrets

from django.core import signing
from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.sites import Site
from shop.models import Draft, DraftItem
from shop.models.drafts import MOVED

LONGEST = 100
NO_LONGER = gettext_lazy("This booking was left alone for so long that it is no longer kept.")
SIGNER = signing.Signer(sep=".", salt="mendwell.draft")


class DraftNotFound(Exception):
    """No draft answers to this link: never made, or forgotten by now."""

    code = "not_found"


def new_token() -> str:
    """A fresh unguessable token for a link; only its hash is kept."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """How a token is kept: its SHA-256 in hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def link_token(draft: Draft) -> str:
    """Another token of the draft, for a browser that owns its basket but came without the link. Signed, not kept."""
    return SIGNER.sign(f"{draft.pk}-{draft.token_hash[:16]}")


def complete(drafts: QuerySet[Draft]) -> QuerySet[Draft]:
    """Drafts with all that their steps show: site, shop, basket with visit and time, things; four statements."""
    items = DraftItem.objects.select_related("device__parent").prefetch_related("repair_types", "add_ons")
    return drafts.select_related(
        "site__shop", "site__shopsettings", "site__root_page", "basket__visit__hold", "basket__owner"
    ).prefetch_related(Prefetch("items", items))


def find(*, site: Site, token: str) -> Draft:
    """The draft of this link, with all that its steps show. Raises DraftNotFound."""
    found = _find(complete(Draft.objects.filter(site=site)), token) if len(token) <= LONGEST else None
    if found is not None and found.basket_id is None and MOVED in found.unsent:
        found = complete(Draft.objects.filter(site=site, pk=found.unsent[MOVED])).first()
    if found is None or found.basket_id is None:
        raise DraftNotFound(_("We do not know this link. It may have been cut short, or the booking is over."))
    return found


def _find(drafts: QuerySet[Draft], token: str) -> Draft | None:
    if "." not in token:
        return drafts.filter(token_hash=hash_token(token)).first()
    try:
        number, _sep, mark = SIGNER.unsign(token).partition("-")
    except signing.BadSignature:
        return None
    return drafts.filter(pk=int(number), token_hash__startswith=mark).first()


def address_of_time(basket_id: int | None) -> str:
    """Where the time of a basket is chosen: in its draft, or at the start of a new booking when it has none."""
    draft = Draft.objects.filter(basket=basket_id).only("pk", "token_hash").first() if basket_id else None
    return reverse("draft-time", args=[link_token(draft)]) if draft else reverse("book")
