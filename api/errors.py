"""Every answer that is not the one hoped for, as a problem document (RFC 9457) in one shape.

`FAULTS` is the only place where a code meets an HTTP status. A verb's exception is recognised by its `code`; one that
is not listed here is a fault of ours and answers 500.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList

PROBLEM_JSON = "application/problem+json"
ROOMS = frozenset({"api", "catalogue_import", "cms", "notifications", "repairs", "shop"})

# code -> (status, what it means; printed in the schema)
FAULTS: dict[str, tuple[int, str]] = {
    # how we are spoken to
    "invalid": (400, "Something in the request is not as it should be; `errors` says what."),
    "parse_error": (400, "The body is not JSON that we can read."),
    "bad_request": (400, "The request cannot be understood."),
    "idempotency_key_required": (400, "This write wants an Idempotency-Key header."),
    "not_authenticated": (401, "Log in first and send X-Session-Token."),
    "authentication_failed": (401, "The session token is not, or no longer, good."),
    "basket_token_needed": (401, "Send the X-Basket-Token that POST /api/v1/basket/ gave you."),
    "permission_denied": (403, "You may not do that."),
    "not_found": (404, "There is nothing here, or it is not yours."),
    "method_not_allowed": (405, "This address does not know that method."),
    "not_acceptable": (406, "We answer in application/json only."),
    "body_too_large": (413, "The body is larger than 64 kB."),
    "unsupported_media_type": (415, "Send application/json."),
    "idempotency_in_flight": (409, "The first request with this Idempotency-Key is still being answered."),
    "idempotency_key_reused": (422, "This Idempotency-Key was used with another request."),
    "throttled": (429, "Too many requests; Retry-After says when to come back."),
    "error": (500, "We made a mistake. Nothing was done."),
    # prices
    "add_on_not_offered": (422, "We do not offer this add-on with this repair."),
    "not_offered": (422, "We do not offer this repair for this device."),
    "price_on_request": (422, "We price this repair after a look at it; `kind` is on_request in the device's repairs."),
    "part_not_offered": (422, "We do not do this repair with that grade of part; `parts` of the repair lists them."),
    "no_tax_rate": (503, "This shop has no rate of tax for today yet."),
    "currency_not_offered": (400, "This shop has no prices in that currency."),
    "answer_not_known": (422, "One of the answers is not in our list."),
    "quote_expired": (410, "The price is no longer valid; ask for a new quote."),
    "quote_redeemed": (409, "This quote has been ordered already."),
    # time
    "slot_taken": (409, "Somebody else took this time; `next_starts` lists the next free ones."),
    "slot_not_offered": (422, "We do not offer this time: closed, past, or not on the grid."),
    "hold_expired": (409, "The time is no longer kept for you; choose again."),
    "no_time_chosen": (409, "Choose a time before you order."),
    "no_policy": (503, "This shop does not take bookings yet."),
    # basket and order
    "basket_empty": (409, "There is nothing in the basket."),
    "basket_closed": (409, "This basket has become an order; open a new one."),
    "other_currency": (409, "The basket holds prices in another currency."),
    "other_shop": (409, "The basket holds something of another shop."),
    "already_placed": (409, "This basket was ordered already; `order` names the order."),
    "price_moved": (409, "The total is not the one that was shown; `total` is the new one."),
    "time_moves_price": (409, "A price depends on the time of the visit; hold the time again to see it."),
    "contact_needed": (422, "We need a name, and an e-mail address or a telephone number."),
    "contact_not_usable": (422, "We cannot write to this e-mail address or call this number."),
    "address_needed": (422, "This way of sending needs an address that we send to."),
    "shipping_not_offered": (422, "We do not offer this way of getting the device to us."),
    "words_not_kept": (409, "The message opened an account; nothing of it was kept."),
    "way_to_pay_not_offered": (422, "We do not offer this way to pay."),
    "terms_changed": (409, "The terms changed since they were read; read them and agree to the new version."),
    "terms_not_agreed": (422, "This shop has terms that must be agreed to."),
    "voucher_not_good": (422, "This voucher is not good: unknown, over, used, or of no use for this basket."),
    # pictures
    "photo_not_readable": (422, "The file is empty, damaged, or not a JPEG, PNG, WebP or HEIC picture."),
    "photo_too_big": (413, "One picture may have 10 MB at most."),
    "photo_too_many_pixels": (422, "The picture has more pixels than we decode."),
    "photos_too_big": (409, "The pictures of one thing may have 50 MB together."),
    "too_many_photos": (409, "There are as many pictures as there may be; remove one first."),
    "photo_category_not_known": (422, "A picture shows damage, progress or completed work."),
    "too_many_things": (409, "One booking takes ten things at most."),
    "thing_gone": (409, "This thing was taken out of the booking meanwhile."),
    # money
    "order_not_payable": (409, "Nothing can be paid on this order: paid already, released or cancelled."),
    "return_url_not_allowed": (422, "The return_url must be on this shop's own or an allowed origin."),
    "more_than_left": (409, "Less is left of the payment, or held of the order, than was asked for."),
    "payment_disputed": (409, "The customer disputes this payment at the bank; it is settled there."),
    "not_paid_out": (409, "It goes back the way it came; cash only after a refund through the provider failed."),
    "not_cancellable": (409, "The order has ended already, or its thing is in the shop."),
    "not_missed": (409, "The visit is not over, somebody came, there was none, or it is closed already."),
    "fee_too_high": (422, "The fee is above what this shop asks for a missed visit."),
    "payment_refused": (422, "The payment provider refused."),
    "payment_unavailable": (503, "The payment provider does not answer; try again with the same key."),
    "one_channel_needed": (409, "One way to hear of a repair has to stay on."),
    # content
    "page_moved": (404, "There is no page at this path any more; `redirect` says where it leads on."),
    "preview_gone": (404, "This preview is over: open it again from the editor."),
    # house
    "no_site": (503, "This shop is not set up yet."),
}
# What a verb adds to the plain document, by code: attribute of the exception -> member of the document.
EXTRAS: dict[str, tuple[str, ...]] = {
    "slot_taken": ("next_starts",),
    "already_placed": ("order",),
    "price_moved": ("total",),
    "terms_changed": ("terms",),
    "page_moved": ("redirect",),
}


# What a fault says of itself is for our log; customers are told this.
WORDS = {
    "payment_unavailable": gettext_lazy(
        "The payment provider does not answer. Nothing was taken: try again soon, or pay in the shop."
    ),
}


class ApiFault(Exception):
    """A fault that the API itself finds, by its code in FAULTS."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        super().__init__(detail or FAULTS[code][1].replace("`", ""))


class BodyTooLarge(exceptions.APIException):
    """The body is larger than the API reads."""

    status_code = 413
    default_code = "body_too_large"
    default_detail = gettext_lazy("The body is larger than 64 kB.")


def document(
    status: int,
    code: str,
    detail: str,
    errors: Iterable[Mapping[str, str]] = (),
    **more: Any,
) -> dict[str, Any]:
    """The problem document itself; `more` are extension members."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": list(errors),
        **more,
    }


def flat(detail: Any, path: str = "") -> list[dict[str, str]]:
    """DRF's nested error details as a list of {field, message, code}; fields of fields are joined by dots."""
    if isinstance(detail, dict | ReturnDict):
        rows: list[dict[str, str]] = []
        for key, value in detail.items():
            inner = path if key == "non_field_errors" else f"{path}.{key}".lstrip(".")
            rows += flat(value, inner)
        return rows
    if isinstance(detail, list | ReturnList):
        return [row for part in detail for row in flat(part, path)]
    return [
        {
            "field": path,
            "message": str(detail),
            "code": str(getattr(detail, "code", "invalid")),
        }
    ]


def answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Any = None,
    **more: Any,
) -> Response:
    """A DRF response that carries a problem document."""
    return Response(
        document(status, code, detail, errors, **more),
        status=status,
        headers=headers,
        content_type=PROBLEM_JSON,
    )


def extras(error: Exception, code: str) -> dict[str, Any]:
    """The extension members that an exception brings along, ready for JSON."""
    found: dict[str, Any] = {}
    for name in EXTRAS.get(code, ()):
        value = getattr(error, name, None)
        if name == "next_starts":
            found[name] = [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in value or ()]
        elif name == "order" and value is not None:
            found[name] = value.number
        elif name == "redirect":
            found[name] = value
        elif name == "terms" and value is not None:
            found["terms_version"] = value.terms_version
        elif value is not None:
            found[name] = str(value)
    return found


def of_framework(error: exceptions.APIException) -> Response:
    """The answer to what DRF found wrong before a verb was called."""
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        return answer(
            400,
            "invalid",
            _("Please look at the marked fields."),
            errors=flat(error.detail),
            headers=headers,
        )
    code = str(error.default_code)
    return answer(error.status_code, code, str(error.detail), headers=headers)


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: any known fault as a problem document, None (a 500) for one that is ours to mend."""
    if isinstance(error, exceptions.APIException):
        return of_framework(error)
    if isinstance(error, Http404):
        return answer(404, "not_found", _("There is nothing here, or it is not yours."))
    if isinstance(error, PermissionDenied):
        return answer(403, "permission_denied", _("You may not do that."))
    if isinstance(error, RequestDataTooBig):
        return answer(413, "body_too_large", str(BodyTooLarge.default_detail))
    if isinstance(error, SuspiciousOperation):
        return answer(400, "bad_request", _("The request cannot be understood."))
    code = getattr(error, "code", None)
    if type(error).__module__.split(".")[0] in ROOMS and isinstance(code, str) and code in FAULTS:
        status = FAULTS[code][0]
        headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return answer(status, code, str(WORDS.get(code, error)), headers=headers, **extras(error, code))
    return None


def page(request: HttpRequest, status: int, code: str) -> JsonResponse | None:
    """A problem document for an address under /api/ or /_allauth/; None elsewhere, where people want a page."""
    if not request.path_info.startswith(("/api/", "/_allauth/")):
        return None
    return JsonResponse(
        document(status, code, FAULTS[code][1]),
        status=status,
        content_type=PROBLEM_JSON,
    )


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """The last address under /api/: without it strangers would end in the pages, and get a page."""
    return JsonResponse(document(404, "not_found", FAULTS["not_found"][1]), status=404, content_type=PROBLEM_JSON)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The root's answer to a request that Django refused."""
    return page(request, 400, "bad_request") or defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The root's answer to something forbidden."""
    return page(request, 403, "permission_denied") or defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The root's answer to an address that nobody owns."""
    return page(request, 404, "not_found") or defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """The root's answer to our own mistakes; Django has logged the error."""
    return page(request, 500, "error") or defaults.server_error(request)
