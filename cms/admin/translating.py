"""Translations in the admin: what stands above a translator's screen, its button, and the doors that stay shut."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import permission_denied
from wagtail.admin.widgets.button import Button
from wagtail.models import Page, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail_localize.models import Translation
from wagtail_localize.views.edit_translation import stop_translation

from cms.translations import progress, rights, writing


def may_edit(user: Any, row: Any) -> bool:
    """Whether somebody may change this page or snippet."""
    if isinstance(row, Page):
        return bool(row.permissions_for_user(user).can_edit())
    return bool(policy_registry.get(row).user_has_permission_for_instance(user, "change", row))


def edit_address(row: Any) -> str:
    """The address of its form in the admin."""
    if isinstance(row, Page):
        return reverse("wagtailadmin_pages:edit", args=[row.pk])
    return reverse(row.snippet_viewset.get_url_name("edit"), args=[quote(row.pk)])


def workflow_address(row: Any, what: str, *more: Any) -> str:
    """An address of the workflow of this row: what is workflow_action or workflow_preview."""
    if isinstance(row, Page):
        return reverse(f"wagtailadmin_pages:{what}", args=[row.pk, *more])
    return reverse(row.snippet_viewset.get_url_name(what), args=[quote(row.pk), *more])


def faults_of(fault: ValidationError) -> str:
    """What is wrong, in one line."""
    return " ".join(fault.messages)


def publish_whole_only(request: HttpRequest, row: Any) -> HttpResponse | None:
    """wagtail-localize would publish English where words are missing: say how many are, and publish nothing."""
    if request.method != "POST" or request.POST.get("action") != "publish":
        return None
    translation = progress.translation_into(row)
    missing = progress.with_progress(translation)[1] if translation else 0
    if not missing:
        return None
    messages.error(request, _("Nothing was published. %s") % faults_of(writing.NotTranslated(missing)))
    return redirect(request.path)


def leave_originals_alone(request: HttpRequest, row: Any) -> HttpResponse | None:
    """Wagtail asks for the right to change any snippet of a kind; an original takes more (rights.SnippetRights)."""
    return None if may_edit(request.user, row) else permission_denied(request)


@require_POST
def send(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Send a whole translation to the moderators."""
    translation = get_object_or_404(Translation.objects.filter(enabled=True), pk=translation_id)
    row = progress.target_of(translation)
    if row is None:
        raise Http404
    if not may_edit(request.user, row):
        raise PermissionDenied
    try:
        writing.send_for_approval(translation, user=request.user)
    except ValidationError as fault:
        messages.error(request, faults_of(fault))
    except writing.AlreadySent as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Sent. A moderator looks at it before anybody else reads it."))
    return redirect(edit_address(row))


@require_POST
def stop(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Go on by hand, in the ordinary form. For those who may begin translations."""
    if not request.user.has_perm(rights.SUBMIT):
        raise PermissionDenied
    answer: HttpResponse = stop_translation(request, translation_id)
    return answer


def no_copy_in_english(request: HttpRequest, page_id: int) -> HttpResponse:
    """wagtail-localize's way to show the English page at the address of its translation."""
    raise PermissionDenied


def addresses() -> list[Any]:
    """Ours, and some in the place of wagtail-localize's, which stand behind them."""
    return [
        path("translations/<int:translation_id>/send/", send, name="send_translation"),
        path("localize/translate/<int:translation_id>/disable/", stop),
        path("localize/page/<int:page_id>/convert_to_alias/", no_copy_in_english),
    ]


def without_copies(menu_items: list[Any], request: HttpRequest, context: Any) -> None:
    """Leave out the menu's way to a copy in English."""
    menu_items[:] = [item for item in menu_items if item.name != "localize-convert-to-alias"]


def languages_of(model: type[Any]) -> Subquery:
    """In how many languages each row of a list is, for `translate_button`."""
    same = model.objects.filter(translation_key=OuterRef("translation_key")).order_by().values("translation_key")
    return Subquery(same.annotate(n=Count("pk")).values("n"), output_field=IntegerField())


def translate_button(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """The button that begins a translation, in a list. wagtail-localize's own asks the database for each row."""
    if not isinstance(snippet, TranslatableMixin) or not user.has_perm(rights.SUBMIT):
        return
    if getattr(snippet, "_languages", 1) < len(settings.LANGUAGES) and rights.is_original(snippet, user):
        what = [snippet._meta.app_label, snippet._meta.model_name, quote(snippet.pk)]
        yield Button(
            _("Translate"),
            reverse("wagtail_localize:submit_snippet_translation", args=what),
            attrs={"aria-label": _("Translate “%s”") % snippet},
            icon_name="wagtail-localize-language",
            priority=100,
        )


def panel(translation: Translation, row: Any, user: Any) -> dict[str, Any]:
    """What stands above a translation: how far it is, and what this person can do next."""
    now = progress.progress_of(translation, row)
    answers, preview = {}, ""
    if now.waiting:
        task = now.waiting.task.specific
        may = {name for name, _label, _asks in task.get_actions(row, user)}
        answers = {name: workflow_address(row, "workflow_action", name, now.waiting.pk) for name in may}
        preview = workflow_address(row, "workflow_preview", task.pk) if row.is_previewable() else ""
    return {
        "now": now,
        "language": translation.target_locale.get_display_name(),
        "send": reverse("send_translation", args=[translation.pk]),
        "back": edit_address(row),
        "answers": answers,
        "preview": preview,
    }
