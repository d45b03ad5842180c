"""Agreeing to the terms: what the customer was shown must be what is published when the order is placed."""

from datetime import datetime

from django.utils.translation import gettext as _

from cms import terms
from cms.sites import Site
from cms.terms import Terms
from shop.placement import Consent


class TermsNotAgreed(Exception):
    """The shop has terms, and the customer did not agree to them."""

    code = "terms_not_agreed"


class TermsChanged(Exception):
    """What the customer agreed to is not what is published now; `terms` holds what is."""

    code = "terms_changed"

    def __init__(self, message: str, terms: Terms) -> None:
        super().__init__(message)
        self.terms = terms


def agree(
    *, site: Site, terms_version: str | None, at: datetime, privacy_version: str | None = None, agreed: bool = True
) -> Consent:
    """What to keep with the order: the versions that were shown, and when they were agreed to.

    `terms_version` None: no terms were shown. `privacy_version` None: whichever notice is published. A shop without
    terms asks for nothing. One statement.
    Raises TermsNotAgreed, TermsChanged.
    """
    now = terms.current(site)
    if now.terms is None:
        return Consent(privacy_version=now.privacy_version)
    if terms_version is None:
        raise TermsNotAgreed(_("Agree to the terms to go on."))
    shown = (terms_version, now.privacy_version if privacy_version is None else privacy_version)
    if shown != (now.terms_version, now.privacy_version):
        raise TermsChanged(
            _("Our terms changed while you were booking. Read them again and agree to the new version."), now
        )
    if not agreed:
        raise TermsNotAgreed(_("Agree to the terms to go on."))
    return Consent(terms_version=now.terms_version, privacy_version=now.privacy_version, agreed_at=at)
