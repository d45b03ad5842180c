"""GET terms: what a customer agrees to by ordering, by version."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.views import PublicView
from cms import terms
from cms.terms import Document


class DocumentShape(serializers.Serializer):
    """One published page."""

    title = serializers.CharField()
    url = serializers.CharField(help_text="Where people read it.")
    version = serializers.CharField(help_text="Page, revision and date.")


class TermsShape(serializers.Serializer):
    """What is published now. `terms_version` goes into POST /api/v1/orders/ once the customer has agreed."""

    terms_version = serializers.CharField(allow_blank=True, help_text="Blank when this shop asks for no consent.")
    privacy_version = serializers.CharField(allow_blank=True)
    terms = DocumentShape(allow_null=True)
    privacy = DocumentShape(allow_null=True)


SHOWN = {
    "terms_version": "terms@12 2026-11-21",
    "privacy_version": "",
    "terms": {
        "title": "Terms of repair",
        "url": "https://shop.example.com/terms/",
        "version": "terms@12 2026-11-21",
    },
    "privacy": None,
}


def printed(document: Document | None) -> dict[str, Any] | None:
    """A document as JSON."""
    if document is None:
        return None
    return {
        "title": document.title,
        "url": urljoin(settings.PUBLIC_ORIGIN, document.url),
        "version": document.version,
    }


class TermsNow(PublicView):
    """Terms."""

    @operation(name="terms", summary="Terms and privacy notice", tag="orders", answer=TermsShape, shown=SHOWN)
    def get(self, request: Request) -> Response:
        """Both may be null: then there is nothing to agree to."""
        now = terms.current(self.site)
        return Response(
            {
                "terms_version": now.terms_version,
                "privacy_version": now.privacy_version,
                "terms": printed(now.terms),
                "privacy": printed(now.privacy),
            }
        )
