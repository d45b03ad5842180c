"""Every address under /api/. Mounted at /api/ by site_config/urls.py."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.api.v3.urls import api as wagtail_v3
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

from api import errors
from api.v1 import (
    add_ons,
    basket,
    bench,
    bench_money,
    device_categories,
    device_list,
    devices,
    documents,
    faqs,
    forms,
    holds,
    me,
    orders,
    pages,
    payments,
    photos,
    preview,
    quotes,
    redirects,
    repair_types,
    repairs,
    search,
    site,
    sitemap,
    slots,
    terms,
)

wagtail_v2 = WagtailAPIRouter("wagtailapi")
wagtail_v2.register_endpoint("pages", PagesAPIViewSet)
wagtail_v2.register_endpoint("images", ImagesAPIViewSet)
wagtail_v2.register_endpoint("documents", DocumentsAPIViewSet)

urlpatterns = [
    path("v1/device-categories/", device_categories.Categories.as_view()),
    path("v1/devices/", device_list.DeviceList.as_view()),
    path("v1/devices/<slug:slug>/", devices.DeviceOne.as_view()),
    path("v1/search/", search.SearchNow.as_view()),
    path("v1/repair-types/", repair_types.RepairTypeList.as_view()),
    path("v1/faqs/", faqs.FAQs.as_view()),
    path("v1/forms/<slug:slug>/", forms.FormOne.as_view()),
    path("v1/forms/<slug:slug>/answers/", forms.Answers.as_view()),
    path("v1/add-ons/", add_ons.AddOnList.as_view()),
    path("v1/pages/", pages.PageList.as_view()),
    path("v1/preview/", preview.Preview.as_view()),
    path("v1/site/", site.SiteNow.as_view()),
    path("v1/sitemap/", sitemap.SitemapNow.as_view()),
    path("v1/redirects/", redirects.RedirectList.as_view()),
    path("v1/terms/", terms.TermsNow.as_view()),
    path("v1/quotes/", quotes.QuoteList.as_view()),
    path("v1/quotes/<slug:reference>/", quotes.QuoteOne.as_view()),
    path("v1/quotes/<slug:reference>/renew/", quotes.Renewal.as_view()),
    path("v1/slots/", slots.SlotList.as_view()),
    path("v1/holds/", holds.HoldList.as_view()),
    path("v1/holds/<slug:reference>/", holds.HoldOne.as_view()),
    path("v1/holds/<slug:reference>/renew/", holds.HoldRenewal.as_view()),
    path("v1/basket/", basket.BasketOne.as_view()),
    path("v1/basket/lines/", basket.Lines.as_view()),
    path("v1/basket/lines/<slug:quote>/", basket.Line.as_view()),
    path("v1/basket/vouchers/", basket.Vouchers.as_view()),
    path("v1/basket/vouchers/<slug:code>/", basket.Voucher.as_view()),
    path("v1/basket/photos/", photos.BasketPhotos.as_view()),
    path("v1/basket/photos/<slug:key>/", photos.BasketPhotoOne.as_view()),
    path("v1/basket/photos/<slug:key>/<slug:size>/", photos.BasketPhotoFile.as_view()),
    path("v1/orders/", orders.OrderList.as_view()),
    path("v1/orders/<slug:number>/", orders.OrderOne.as_view()),
    path("v1/payments/", payments.PaymentList.as_view()),
    path("v1/payments/<slug:reference>/", payments.PaymentOne.as_view()),
    path("v1/repairs/<str:token>/", repairs.RepairOne.as_view()),
    path("v1/repairs/<str:token>/events/", repairs.RepairEvents.as_view()),
    path("v1/repairs/<str:token>/photos/", photos.RepairPhotos.as_view()),
    path("v1/repairs/<str:token>/photos/<slug:key>/<slug:size>/", photos.RepairPhotoFile.as_view()),
    path("v1/bench/repairs/<slug:reference>/photos/", bench.JobPhotos.as_view()),
    path("v1/bench/repairs/<slug:reference>/photos/<slug:key>/", bench.JobPhotoOne.as_view()),
    path("v1/bench/repairs/<slug:reference>/photos/<slug:key>/<slug:size>/", bench.JobPhotoFile.as_view()),
    path("v1/bench/orders/<slug:number>/money/", bench_money.MoneyOfOrder.as_view()),
    path("v1/bench/orders/<slug:number>/refunds/", bench_money.RefundList.as_view()),
    path("v1/bench/orders/<slug:number>/cancel/", bench_money.Cancelling.as_view()),
    path("v1/bench/orders/<slug:number>/no-show/", bench_money.NoShow.as_view()),
    path("v1/bench/refunds/<slug:reference>/", bench_money.RefundOne.as_view()),
    path("v1/me/repairs/", me.MyRepairList.as_view()),
    path("v1/me/orders/", me.MyOrderList.as_view()),
    path("v1/me/documents/", documents.MyDocumentList.as_view()),
    path("v1/documents/<slug:number>.pdf", documents.DocumentFile.as_view()),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("cms/v2/", wagtail_v2.urls),
    path("cms/v3/", wagtail_v3.urls),
    re_path(r"^.*/$", errors.unknown),  # with its slash, so that Django still mends an address without one
]
