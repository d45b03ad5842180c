"""Where staff work: the board, a job's page, and the buttons on them."""

from django.urls import path

from repairs.bench import acts
from repairs.bench.board import BoardPage
from repairs.bench.job import JobPage

app_name = "bench"
urlpatterns = [
    path("", BoardPage.as_view(), name="board"),
    path("jobs/<slug:reference>/", JobPage.as_view(), name="job"),
    path("jobs/<slug:reference>/move/", acts.Move.as_view(), name="move"),
    path("jobs/<slug:reference>/undo/", acts.Undo.as_view(), name="undo"),
    path("jobs/<slug:reference>/note/", acts.WriteNote.as_view(), name="note"),
    path("jobs/<slug:reference>/assign/", acts.Assign.as_view(), name="assign"),
    path("jobs/<slug:reference>/promise/", acts.Promise.as_view(), name="promise"),
    path("jobs/<slug:reference>/revoke-link/", acts.RevokeLink.as_view(), name="revoke-link"),
]
