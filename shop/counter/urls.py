"""The counter's addresses, under /bench/ like the rest of what staff see. Included before repairs.bench.urls."""

from django.urls import path

from shop.counter import (
    books,
    day_close,
    floor,
    giving_back,
    intake_page,
    job,
    label,
    message_pages,
    odd,
    papers,
    reconciliation,
    why,
    work_page,
)

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
    path("jobs/<slug:reference>/refund/", giving_back.RefundStep.as_view(), name="refund"),
    path("jobs/<slug:reference>/cancel-order/", giving_back.CancelStep.as_view(), name="cancel-order"),
    path("jobs/<slug:reference>/missed/", giving_back.MissedStep.as_view(), name="missed"),
    path("jobs/<slug:reference>/stop-asking/", giving_back.StopAskingStep.as_view(), name="stop-asking"),
    path("jobs/<slug:reference>/ask-again/", giving_back.AskAgain.as_view(), name="ask-again"),
    path("prices/<slug:reference>/", why.WhyPage.as_view(), name="why"),
    path("payments/", odd.OddPaymentsPage.as_view(), name="payments"),
    path("payments/handled/", odd.HandleCase.as_view(), name="handle"),
    path("payments/reconciliation/", reconciliation.ReconciliationPage.as_view(), name="reconciliation"),
    path("payments/reconciliation/again/", reconciliation.CompareAgain.as_view(), name="compare"),
    path("payments/reconciliation.csv", reconciliation.ReconciliationFile.as_view(), name="reconciliation-file"),
    path("payments/close/", day_close.DayClosePage.as_view(), name="close"),
    path("payments/closes.csv", day_close.DayCloseFile.as_view(), name="close-file"),
    path("documents/<slug:number>/", papers.DocumentForStaff.as_view(), name="document"),
    path("documents/<slug:number>.pdf", papers.DocumentForStaff.as_view(as_pdf=True), name="document-pdf"),
    path("books/", books.BooksPage.as_view(), name="books"),
    path("books/<slug:name>.csv", books.BooksFile.as_view(), name="books-file"),
]
