"""GET preview: the draft that an editor opened in a frontend, in the very shape of what the public will get."""

from typing import Any

from django.utils import translation
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import LINK, operation
from api.shapes import moment
from api.v1 import draft_shapes, page_shapes
from api.views import TokenView
from cms.paths import paths_of
from cms.previews import tokens as previews


class PreviewAsk(serializers.Serializer):
    """Which draft."""

    token = serializers.CharField(
        required=False, max_length=200, help_text="From the address that the editor's preview opened."
    )


class Preview(TokenView):
    """A draft."""

    @operation(
        name="preview",
        summary="The draft of an editor",
        tag="content",
        query=PreviewAsk,
        answer=PolymorphicProxySerializer(
            component_name="Draft", serializers=draft_shapes.SHAPES, resource_type_field_name=None
        ),
        shown={**page_shapes.SHOWN, "kind": "page", "draft": True, "expires_at": "2026-11-21T10:30:00Z"},
        errors=("preview_gone", "throttled"),
        role=LINK,
    )
    def get(self, request: Request) -> Response:
        """As `kind` says: a page as pages/?path= gives it, a device, category, repair type, question, group or issue.

        The token comes in the query or as X-Preview-Token. Unknown, over, withdrawn: always 404 `preview_gone`.
        """
        token = self.asked(PreviewAsk).get("token") or request.headers.get("X-Preview-Token", "")
        draft = previews.read(token, at=self.at)
        http, where = request._request, paths_of(self.site)
        http.is_preview = True  # type: ignore[attr-defined]
        locale = getattr(draft.instance, "locale_id", None)
        if locale:
            translation.activate(where.code_of(locale))
        kind, shape = draft_shapes.printed(draft.instance, site=self.site, paths=where, request=http, at=self.at)
        return Response({**shape, "kind": kind, "draft": True, "expires_at": moment(draft.expires_at)})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """TokenView's, plus the order to keep nothing for anybody."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "private, no-store"
        return done
