"""What a cached page cannot know: who is looking. One small answer that the page asks for after it is shown."""

from django.contrib.messages import get_messages
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


def first_name(user: object) -> str:
    """What to call a logged-in person: the first name, else the part of the e-mail before the sign."""
    return getattr(user, "first_name", "") or getattr(user, "email", "").partition("@")[0]


@never_cache
@require_safe
def visitor(request: HttpRequest) -> JsonResponse:
    """Name, number of repairs in the basket, waiting messages (read once), and whether the bench link is shown."""
    known = request.user.is_authenticated
    basket = request.basket  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "name": first_name(request.user) if known else "",
            "basket_count": basket.lines.count() if basket.pk else 0,
            "messages": [{"level": note.level_tag, "text": str(note)} for note in get_messages(request)],
            "is_staff": known and request.user.has_perm("repairs.see_bench"),
        }
    )
