"""The counter's addresses, under /bench/ like the rest of what staff see. Included before repairs.bench.urls."""

from django.urls import path

from shop.counter import floor, intake_page, job, label, message_pages, odd, why, work_page

app_name = "counter"
urlpatterns = [
    path("", floor.TodayPage.as_view(), name="today"),
    path("board/", floor.BoardPage.as_view(), name="board"),
    path("new/", intake_page.IntakePage.as_view(), name="intake"),
    path("work/", work_page.WorkPage.as_view(), name="work"),
    path("messages/", message_pages.MessageList.as_view(), name="messages"),
    path("messages/<int:pk>/", message_pages.MessagePage.as_view(), name="message"),
    path("messages/<int:pk>/again/", message_pages.SendAgain.as_view(), name="message-again"),
    path("jobs/<slug:reference>/label/", label.LabelPage.as_view(), name="label"),
    path("jobs/<slug:reference>/slip/", label.SlipPage.as_view(), name="slip"),
    path("jobs/<slug:reference>/", job.JobPage.as_view(), name="job"),
    path("jobs/<slug:reference>/money/", job.TakeMoney.as_view(), name="take-money"),
    path("prices/<slug:reference>/", why.WhyPage.as_view(), name="why"),
    path("payments/", odd.OddPaymentsPage.as_view(), name="payments"),
]
