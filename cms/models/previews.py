"""Drafts that a frontend elsewhere may look at for a few minutes, and the preview modes that lead there.

`cms/previews/tokens.py` reads them again. What every page and snippet gets is wagtail-headless-preview's preview
mixin, with its tokens and addresses replaced: its own are written in plain text, never run out on reading, and serve
pages only.
"""

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail_headless_preview.models import HeadlessPreviewMixin

from cms.frontends.known import Frontend, frontends, frontends_of, origins

MOST_KEPT = 30  # looks of one editor at one thing; the admin's panel makes one with each pause in typing


class DraftPreview(models.Model):
    """One look at one draft. The frontend gets a random token; only its hash is kept here."""

    secret_hash = models.CharField(max_length=64, unique=True)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    content_type = models.ForeignKey("contenttypes.ContentType", models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def keep(instance: Any, *, editor: Any, at: Any) -> str:
    """Keep the state of a page or snippet, saved or not, and return the token that opens it."""
    token = secrets.token_urlsafe(32)
    row = DraftPreview.objects.create(
        secret_hash=hashed(token),
        editor=editor,
        content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
        object_id=str(instance.pk or ""),
        content=json.loads(json.dumps(instance.serializable_data(), cls=DjangoJSONEncoder)),
        created_at=at,
        expires_at=at + timedelta(minutes=settings.PREVIEW_MINUTES),
    )
    mine = DraftPreview.objects.filter(editor=editor, content_type=row.content_type, object_id=row.object_id)
    spare = list(mine.order_by("-pk").values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + 100])
    if spare:
        DraftPreview.objects.filter(pk__in=spare).delete()
    return token


class KeptDraft:
    """What the package's mixin wants to hold in its hands: something with a token, already saved."""

    def __init__(self, token: str) -> None:
        self.token = token

    def save(self) -> None:
        """Nothing to do."""


class FrontendPreviews(HeadlessPreviewMixin):
    """Preview modes: this site, then each frontend of the settings. An unsaved thing previews as well."""

    looked_at_in: Frontend
    looked_at_by: Any

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Our own pages, then each frontend."""
        return [("", _("This site")), *self.frontend_modes]

    @property
    def frontend_modes(self) -> list[tuple[str, Any]]:
        """A mode for each frontend in which it may be looked at."""
        return [(one.key, one.name) for one in self.frontends_of_it()]

    def frontends_of_it(self) -> list[Frontend]:
        """Those of its site, for a page; those of all sites for a snippet."""
        site = self.get_site() if hasattr(self, "get_site") else None
        known = frontends_of(site.hostname) if site else frontends()
        return [one for one in known if one.preview_url]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """The draft on our own pages, or a frame with the frontend that fetches it."""
        frontend = next((one for one in self.frontends_of_it() if one.key == mode_name), None)
        if frontend is None:
            response = self.serve_draft_here(request, mode_name)
        elif not request.user.is_authenticated:
            raise PermissionDenied
        else:
            self.looked_at_in, self.looked_at_by = frontend, request.user
            response = super().serve_preview(request, mode_name)
            response._csp_update = {"frame-src": sorted(origins())}
            response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    def serve_draft_here(self, request: HttpRequest, mode_name: str) -> Any:
        """As if the package were not there: Wagtail's own preview."""
        return super(HeadlessPreviewMixin, self).serve_preview(request, mode_name)  # type: ignore[misc]

    def create_page_preview(self) -> KeptDraft:
        """The package's hook: keep the draft our way."""
        return KeptDraft(keep(self, editor=self.looked_at_by, at=timezone.now()))

    def get_preview_url(self, request: HttpRequest, token: str) -> str:
        """The package's hook: only an address of the settings."""
        return self.looked_at_in.preview_address(content_type=self.get_content_type_str(), token=token)


class OnItsPage(FrontendPreviews):
    """For snippets: previewed on the page of the shop that shows them, or on a plain one if no page does."""

    def preview_place(self) -> str:
        """The path of the page that shows it; empty when there is none."""
        return ""

    def serve_draft_here(self, request: HttpRequest, mode_name: str) -> Any:
        """The view of that page with the draft on the request (see `cms.previews.tokens.draft_of`)."""
        place = self.preview_place()
        response = self.on_page(request, place) if place else None
        return response or super().serve_draft_here(request, mode_name)

    def on_page(self, request: HttpRequest, place: str) -> HttpResponseBase | None:
        """What the view of that path answers with the draft; None if it is not there or did not ask for the draft."""
        request.draft = self  # type: ignore[attr-defined]
        request.path = request.path_info = place
        try:
            with translation.override(translation.get_language_from_path(place) or settings.LANGUAGE_CODE):
                view, args, kwargs = resolve(place)
                response = view(request, *args, **kwargs)
                if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                    response.render()
        except (Http404, Resolver404):
            response = None
        if response is not None and getattr(request, "draft_shown", False):
            return response  # type: ignore[no-any-return]
        del request.draft  # type: ignore[attr-defined]
        return None
