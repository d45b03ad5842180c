"""Where staff work: today, the board, a job's page, and the buttons on them."""

from django.urls import path

from repairs.bench import acts, photos
from repairs.bench.board import BoardPage
from repairs.bench.job import JobPage
from repairs.bench.today import TodayPage

app_name = "bench"
urlpatterns = [
    path("", TodayPage.as_view(), name="today"),
    path("board/", BoardPage.as_view(), name="board"),
    path("jobs/<slug:reference>/", JobPage.as_view(), name="job"),
    path("jobs/<slug:reference>/move/", acts.Move.as_view(), name="move"),
    path("jobs/<slug:reference>/undo/", acts.Undo.as_view(), name="undo"),
    path("jobs/<slug:reference>/note/", acts.WriteNote.as_view(), name="note"),
    path("jobs/<slug:reference>/assign/", acts.Assign.as_view(), name="assign"),
    path("jobs/<slug:reference>/promise/", acts.Promise.as_view(), name="promise"),
    path("jobs/<slug:reference>/let-go/", acts.LetGo.as_view(), name="let-go"),
    path("jobs/<slug:reference>/photos/", photos.Send.as_view(), name="photos"),
    path("jobs/<slug:reference>/photos/<uuid:key>/change/", photos.Change.as_view(), name="photo-change"),
    path("jobs/<slug:reference>/photos/<uuid:key>/remove/", photos.Remove.as_view(), name="photo-remove"),
    path("jobs/<slug:reference>/photos/<uuid:key>/<str:size>/", photos.Show.as_view(), name="photo"),
    path("jobs/<slug:reference>/revoke-link/", acts.RevokeLink.as_view(), name="revoke-link"),
]
