"""How translated sentences become a page: begun as a draft, written only when whole, published only as written.

wagtail-localize writes its result straight into the row, with English where words are missing, and takes a live row off
the site when it saves a draft. `save_target` below stands in the place of its method, so that every door of it comes
here: submitting, publishing, taking over changes.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.coreutils import find_available_slug
from wagtail.models import Page, Revision, TranslatableMixin, WorkflowState, get_translatable_models
from wagtail_localize.models import Translation, TranslationLog, TranslationSource
from wagtail_localize.operations import TranslationCreator

from cms.translations import progress
from cms.versions import BumpsContent

_stock = Translation.save_target


class NotTranslated(ValidationError):
    """Sentences still wait for words. wagtail-localize's own views show it to people."""

    code = "not_translated"

    def __init__(self, missing: int) -> None:
        said = ngettext("%(n)d sentence still waits for words.", "%(n)d sentences still wait for words.", missing)
        super().__init__({"__all__": said % {"n": missing}})


class AlreadySent(Exception):
    """It waits for a moderator already, or nothing in it is new."""

    code = "already_sent"


class NotForThePublic(PermissionDenied):
    """A row would go live with words that no whole translation wrote."""

    code = "not_for_the_public"


def take_over() -> None:
    """Let all that wagtail-localize writes go through `save_target`; called once, when all apps are there."""
    Translation.save_target = save_target


def guarded() -> list[type[Any]]:
    """The models whose rows may go live in a second language."""
    models = get_translatable_models(include_subclasses=True)
    return [Page, *(model for model in models if issubclass(model, BumpsContent))]


def save_target(translation: Translation, user: Any = None, publish: bool = True) -> None:
    """Begin a translation as a draft, or publish it whole. What is there already stays as it is until then.

    Raises NotTranslated.
    """
    if progress.target_of(translation) is None:
        begin(translation, user=user)
    elif publish:
        publish_translation(translation, user=user)


def begin(translation: Translation, *, user: Any) -> None:
    """Make the draft in its language, with drafts of the pages above it: copies in English are never live."""
    original = translation.source.get_source_instance()
    if isinstance(original, Page) and original.depth > 2:
        parent = original.get_parent().specific
        if not parent.get_translations().filter(locale_id=translation.target_locale_id).exists():
            _creator(translation, user).create_translations(parent, include_related_objects=False)
    _stock(translation, user=user, publish=False)
    # What was written just now is a copy, not a translation.
    progress.logs_of(translation).delete()


@transaction.atomic
def write(translation: Translation, *, user: Any) -> Revision:
    """The whole translation as a new draft of its row; what is live stays. Raises NotTranslated and ValidationError."""
    if missing := progress.with_progress(translation)[1]:
        raise NotTranslated(missing)
    source, locale = translation.source, translation.target_locale
    for segment in source.relatedobjectsegment_set.select_related("object__content_type"):
        if not segment.object.has_translation(locale):
            _creator(translation, user).create_translations(
                segment.get_source_instance(), include_related_objects=False
            )
    row = source.get_ephemeral_translated_instance(locale)
    if isinstance(row, Page):
        row.slug = find_available_slug(row.get_parent(), slugify(row.slug), ignore_page_id=row.pk)
        source.update_target_view_restrictions(locale)
    if not row.live:
        row.save()
    revision: Revision = row.save_revision(user=user)
    TranslationLog.objects.create(source=source, locale=locale, revision=revision)
    return revision


@transaction.atomic
def publish_translation(translation: Translation, *, user: Any) -> None:
    """Write it and let the public read it, in one transaction with the counter. Raises NotTranslated."""
    write(translation, user=user).publish(user=user)


@transaction.atomic
def send_for_approval(translation: Translation, *, user: Any) -> None:
    """Write it as a draft and ask the moderators. Raises NotTranslated, AlreadySent."""
    row = translation.get_target_instance()
    state = row.current_workflow_state
    if state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS:
        raise AlreadySent(_("It waits for a moderator already."))
    write(translation, user=user)
    row = translation.get_target_instance()
    if state is not None:
        row.current_workflow_state.resume(user)
    else:
        row.get_workflow().start(row, user)


def follow(original: Any) -> None:
    """The original was published: its new sentences wait for words at once. The translation that is live stays."""
    if not isinstance(original, TranslatableMixin):
        return
    source = TranslationSource.objects.filter(
        object_id=original.translation_key, locale_id=original.locale_id, translations__enabled=True
    ).first()
    if source is not None:
        source.update_from_db()


def refuse_half_translated(
    sender: Any, instance: Any, raw: bool = False, update_fields: Any = None, **more: Any
) -> None:
    """Before a row is saved as live: a translation only as `write` made it, a copy of another language never.

    Raises NotForThePublic. It stands below every door of the admin, the API and the clock.
    """
    if raw or not instance.live or (update_fields is not None and "live" not in update_fields):
        return
    if getattr(instance, "alias_of_id", None) and instance.alias_of.locale_id != instance.locale_id:
        raise NotForThePublic(_("A copy in another language cannot be live: translate it."))
    translation = progress.translation_into(instance)
    if translation is None:
        return
    before = sender._default_manager.filter(pk=instance.pk, live=True, live_revision_id=instance.live_revision_id)
    written = progress.logs_of(translation).filter(revision_id=instance.live_revision_id or 0)
    if not before.exists() and not written.exists():
        raise NotForThePublic(_("This translation is not whole yet."))


def _creator(translation: Translation, user: Any) -> TranslationCreator:
    return TranslationCreator(user, [translation.target_locale])
