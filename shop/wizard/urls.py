"""Addresses of the booking. A draft's own address is its secret link; `book` is the start of a new one."""

from django.urls import path

from shop.wizard import book, currency, device, issue, link, photos, time

urlpatterns = [
    path("currency/", currency.choose, name="currency"),
    path("book/", book.book, name="book"),
    path("book/<str:token>/", book.draft, name="draft"),
    path("book/<str:token>/device/", device.device, name="draft-device"),
    path("book/<str:token>/issue/<uuid:key>/", issue.issue, name="draft-issue"),
    path("book/<str:token>/time/", time.time, name="draft-time"),
    path("book/<str:token>/photos/", photos.photos, name="draft-photos"),
    path("book/<str:token>/photos/<uuid:key>/<str:size>/", photos.photo, name="draft-photo"),
    path("book/<str:token>/details/", book.details, name="draft-details"),
    path("book/<str:token>/payment/", book.payment, name="draft-payment"),
    path("book/<str:token>/link/", link.link, name="draft-link"),
]
