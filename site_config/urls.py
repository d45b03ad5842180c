"""Where everything is found. Decides nothing."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.apps import apps
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from django.views.static import serve as serve_file
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from cms import brand_styles
from cms.frontends import pages
from shop import oscar_names
from shop.accounts import doors
from shop.storefront import llms, sitemap

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's documented way
oscar: dict[str, Any] = {name: apps.get_app_config(name) for name in ("basket", "checkout", "dashboard")}

urlpatterns = [
    path("", include("site_config.health")),
    path("", include("site_config.csrf")),
    path("api/", include("api.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("_util/login/", doors.to_login),
    path("cms/login/", doors.to_login_of_editors),
    path("cms/password_reset/", doors.to_login),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("django-admin/", admin.site.urls),
    path("dashboard/login/", doors.to_login),
    path("dashboard/", oscar["dashboard"].urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("-/brand/<str:colour>.css", brand_styles.styles, name="brand-styles"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}mendwell/img/favicon.svg")),
    path("sitemap.xml", sitemap.sitemap),
    path("robots.txt", sitemap.robots),
    path("llms.txt", llms.llms),
    path("", include("shop.payments.urls")),
    path("", include("notifications.urls")),
    path("bench/", include("shop.counter.urls")),
    path("bench/", include("repairs.bench.urls")),
    path("", include("shop.portal.tracking_urls")),
    path("", include("repairs.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("site_config.demo_pages")))
    # nginx serves editors' pictures (deploy/nginx.conf); the demo has none in front of it.
    files = cache_control(max_age=60 * 60 * 24 * 30)(serve_file)
    urlpatterns.append(path("media/<path:path>", files, {"document_root": settings.MEDIA_ROOT}))
if settings.PREVIEW_CLIENT:
    urlpatterns.append(path("preview-client/", include("api.preview_client")))
urlpatterns += oscar_names.urlpatterns

# The language comes from the path alone, so that a cached page never depends on a visitor.
urlpatterns += i18n_patterns(
    path("accounts/", include("shop.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("basket/", oscar["basket"].urls),
    path("checkout/", oscar["checkout"].urls),
    path("", include("shop.wizard.urls")),
    path("", include("shop.portal.urls")),
    path("", include("shop.storefront.urls")),
    # Editors' pages are cached and carry no token; the only ones that take a post look where it comes from themselves.
    re_path(serve_pattern, csrf_exempt(pages.serve), name="wagtail_serve"),
    path("", include("wagtail.urls")),
    prefix_default_language=False,
)

handler400 = "api.errors.handler400"
handler403 = "api.errors.handler403"
handler404 = "api.errors.handler404"
handler429 = "shop.accounts.limits.too_many"  # allauth asks for it by this name
handler500 = "api.errors.handler500"
