"""The counter's addresses, under /bench/ like the rest of what staff see. Included before repairs.bench.urls."""

from django.urls import path

from shop.counter import job, odd

app_name = "counter"
urlpatterns = [
    path("jobs/<slug:reference>/", job.JobPage.as_view(), name="job"),
    path("jobs/<slug:reference>/money/", job.TakeMoney.as_view(), name="take-money"),
    path("payments/", odd.OddPaymentsPage.as_view(), name="payments"),
]
