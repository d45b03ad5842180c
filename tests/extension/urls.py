"""The foreign app's addresses before Mendwell's own."""

from django.urls import include, path

from site_config.urls import handler400, handler403, handler404, handler500
from site_config.urls import urlpatterns as mendwell

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("guestbook/", include("tests.extension.guestbook.urls")), *mendwell]
