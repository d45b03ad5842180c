"""A token for forms on pages that everybody shares and that therefore cannot carry one."""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def csrf(request: HttpRequest) -> JsonResponse:
    """Answer `{"token": ...}` and set the cookie; a script puts the token in X-CSRFToken or in the form's field."""
    return JsonResponse({"token": get_token(request)})


urlpatterns = [path("csrf", csrf, name="csrf")]
