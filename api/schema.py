"""The schema: what each operation tells about itself, and the finishing touches for all of them."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from api.errors import FAULTS, PROBLEM_JSON, document

# Who may call an operation; the authorisation test walks these over every path.
ANYONE, BASKET, OWNER, CUSTOMER, LINK, STAFF, TILL = (
    "anyone",
    "basket",
    "owner",
    "customer",
    "tracking-link",
    "staff",
    "till",
)
SECURITY: dict[str, list[dict[str, list[str]]]] = {
    ANYONE: [],
    LINK: [],
    BASKET: [{"basketToken": []}],
    OWNER: [{"basketToken": []}, {"sessionToken": []}, {"sessionCookie": []}],
    CUSTOMER: [{"sessionToken": []}, {"sessionCookie": []}],
    STAFF: [{"sessionToken": []}, {"sessionCookie": []}],
    TILL: [{"sessionToken": []}, {"sessionCookie": []}],
}
SCHEMES = {
    "basketToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Basket-Token",
        "description": "Given once by POST /api/v1/basket/. It covers the hold, the basket, and the order made of it.",
    },
    "sessionToken": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Session-Token",
        "description": "Given by the log-in at /_allauth/app/v1/auth/login.",
    },
    "sessionCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The storefront's session.",
    },
}
ALWAYS = ("not_acceptable", "error")


class SessionTokenScheme(OpenApiAuthenticationExtension):
    """Tells drf-spectacular about our session token; `finish` writes the definitions."""

    target_class = "api.authentication.SessionToken"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The definition of the header."""
        return SCHEMES["sessionToken"]


class Fault(serializers.Serializer):
    """One thing that is wrong in the request."""

    field = serializers.CharField(
        allow_blank=True,
        help_text="Where, with dots: customer.email. Empty: everywhere.",
    )
    message = serializers.CharField()
    code = serializers.CharField()


class Way(serializers.Serializer):
    """Where a redirect leads: a path of the site or an address elsewhere."""

    to = serializers.CharField()
    permanent = serializers.BooleanField()


class Problem(serializers.Serializer):
    """A problem document (RFC 9457). `code` is what programs should look at, `detail` is for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = Fault(many=True)  # type: ignore[assignment]
    next_starts = serializers.ListField(
        child=serializers.DateTimeField(),
        required=False,
        help_text="With slot_taken: the next free times.",
    )
    order = serializers.CharField(required=False, help_text="With already_placed: the number of the order.")
    total = serializers.CharField(required=False, help_text="With price_moved: what it costs now.")
    terms_version = serializers.CharField(required=False, help_text="With terms_changed: the version to agree to.")
    redirect = Way(required=False, help_text="With page_moved: where the old path leads.")


def problems(codes: Sequence[str]) -> dict[tuple[int, str], OpenApiResponse]:
    """The error responses of an operation: one per status, with every code named and shown."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(FAULTS[code][0], []).append(code)
    return {
        (status, PROBLEM_JSON): OpenApiResponse(
            Problem,
            description="\n".join(f"- `{code}`: {FAULTS[code][1]}" for code in found),
            examples=[
                OpenApiExample(code, document(status, code, FAULTS[code][1]), response_only=True) for code in found
            ],
        )
        for status, found in sorted(by_status.items())
    }


def header(name: str, text: str, *, required: bool = False, example: str = "") -> OpenApiParameter:
    """A request header for the schema."""
    shown = [OpenApiExample(name, example, parameter_only=(name, "header"))] if example else []
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.HEADER,
        required=required,
        description=text,
        examples=shown,
    )


def in_path(name: str, text: str, example: str) -> OpenApiParameter:
    """A part of the address for the schema: letters, figures, hyphens; a token has dots and colons as well."""
    pattern = r"^[-a-zA-Z0-9_.:]+$" if name == "token" else r"^[-a-zA-Z0-9_]+$"
    return OpenApiParameter(
        name,
        str,
        OpenApiParameter.PATH,
        description=text,
        pattern=pattern,
        examples=[OpenApiExample(example, example)],
    )


KEY = "One key per intention: the same request again gets the same answer, marked Idempotent-Replayed: true."


def follows(role: str, *, body: bool, query: bool, path: bool, key: bool) -> list[str]:
    """The codes that follow from how an operation is called."""
    return [
        *["invalid"] * (body or query),
        *["parse_error", "body_too_large", "unsupported_media_type"] * body,
        *["basket_token_needed", "not_found"] * (role == BASKET),
        *["not_authenticated", "authentication_failed"] * (role in {CUSTOMER, STAFF, TILL}),
        *["authentication_failed", "permission_denied"] * (role in {BASKET, OWNER, STAFF, TILL} or body),
        *["not_found"] * path,
        *["throttled"] * (role != ANYONE or body or path),
        *["idempotency_key_required", "idempotency_in_flight", "idempotency_key_reused"] * key,
        *ALWAYS,
    ]


def examples_of(summary: str, asked: Any, shown: Any, *, status: int, body: str) -> list[OpenApiExample]:
    """An example of the answer and, where something is asked, one of the request."""
    found = [OpenApiExample(f"{summary} (answer)", shown, response_only=True, status_codes=[str(status)])]
    if asked is not None:
        found.append(OpenApiExample(f"{summary} (request)", asked, request_only=True, media_type=body))
    return found


def operation(
    *,
    name: str,
    summary: str,
    tag: str,
    answer: Any,
    shown: Any,
    status: int = 200,
    ask: Any = None,
    asked: Any = None,
    query: type[serializers.Serializer] | None = None,
    path: Sequence[OpenApiParameter] = (),
    errors: Sequence[str] = (),
    role: str = ANYONE,
    key: str = "",
    media: str = "application/json",
    body: str = "application/json",
) -> Callable[[Any], Any]:
    """Describe one operation: what is asked (`asked` is the example), what is answered (`shown`), what may go wrong.

    `key` is "", "optional" or "required" for the Idempotency-Key; `body` and `media` are the types of what is asked
    and answered. Everything that follows from the role, the body and
    the throttles is added here, so that a view names only its own faults.
    """
    codes = [*errors, *follows(role, body=bool(ask), query=bool(query), path=bool(path), key=bool(key))]
    parameters: list[Any] = [*path, *([query] if query else ())]
    if key:
        parameters.append(header("Idempotency-Key", KEY, required=key == "required", example="9f1c2b7e-order-1"))
    good = {(status, media) if answer else status: OpenApiResponse(answer, description=HTTPStatus(status).phrase)}
    return extend_schema(
        operation_id=name,
        summary=summary,
        tags=[tag],
        parameters=parameters,
        request=ask,
        responses={**good, **problems(list(dict.fromkeys(codes)))},
        examples=[] if shown is None else examples_of(summary, asked, shown, status=status, body=body),
        auth=SECURITY[role],  # type: ignore[arg-type]
        extensions={"x-roles": [role]},
    )


def only_ours(
    endpoints: list[tuple[str, str, str, Any]],
) -> list[tuple[str, str, str, Any]]:
    """Keep what is under /api/v1/; Wagtail's own views describe themselves elsewhere."""
    return [row for row in endpoints if row[0].startswith("/api/v1/")]


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the servers, the ways to authenticate, and say that asks take no members beyond those listed."""
    result["servers"] = [{"url": settings.PUBLIC_ORIGIN}]
    components = result.setdefault("components", {})
    components["securitySchemes"] = SCHEMES
    for name, schema in components.get("schemas", {}).items():
        if name.endswith("Ask"):
            schema["additionalProperties"] = False
    return result
