"""One page of a foreign app."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse


def guestbook(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Signed by customers of {reverse('devices')}")


urlpatterns = [path("", guestbook, name="guestbook")]
