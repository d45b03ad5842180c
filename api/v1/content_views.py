"""What the addresses for content have in common: the language that is asked for, the version, when to look again."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from api.v1.form_shapes import bcp47
from api.views import PublicView
from cms.paths import Paths, paths_of
from cms.sites import version_of

# A picture that is exchanged counts as no change of content, and free times go by the clock.
SECONDS_TRUE = 60


class LocaleField(serializers.CharField):
    """A language of the shop, en-GB or pt-BR in any case; becomes the code that Django knows."""

    def to_internal_value(self, data: Any) -> str:
        """The code. Fails on a language that the shop does not speak."""
        code = super().to_internal_value(data).lower()
        try:
            return str(translation.get_supported_language_variant(code, strict=True))
        except LookupError as unknown:
            raise serializers.ValidationError(_("We do not speak this language.")) from unknown


class LocaleAsk(serializers.Serializer):
    """In which language."""

    locale = LocaleField(required=False, max_length=12, help_text="en-GB or pt-BR; without it the shop's first one.")


class ContentView(PublicView):
    """A public read of content. `X-Content-Version` changes with whatever editors publish."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """PublicView's, plus the version."""
        done = super().finalize_response(request, response, *args, **kwargs)
        if done.status_code == 200:
            done["X-Content-Version"] = version_of(self.site)
            until = self.at + timedelta(seconds=SECONDS_TRUE)
            sooner = getattr(self.http, "facts_until", float("inf"))
            done["X-Cache-Until"] = str(min(until.timestamp(), sooner))
        return done

    @property
    def http(self) -> HttpRequest:
        """Django's request, on which the facts of a page are kept."""
        return self.request._request

    @cached_property
    def paths(self) -> Paths:
        """Where the pages of this site stand."""
        return paths_of(self.site)

    def speak(self, code: str) -> str:
        """Answer in this language, whatever the browser prefers; the language as we write it."""
        translation.activate(code)
        return bcp47(code)
