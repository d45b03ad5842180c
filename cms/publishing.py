"""Publishing and removing many snippets at once: what Wagtail does for one, in a few statements for hundreds.

Each gets its revision, so that an editor who opens it sees what is live. Counting the change and telling frontends is
done once, by `told`. Call it all inside one transaction; `index_many` may follow later.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import Revision
from wagtail.search.backends import get_search_backends

from cms.events import PUBLISHED, announce
from cms.versions import Scope, bump

BATCH = 500
MOST_ANNOUNCED = 100  # one call each to those who listen; beyond, the version in the calls says that lists are new


def publish_many(
    model: type[Any], objects: Sequence[Any], *, changed: Iterable[str] = (), at: datetime, by: Any = None
) -> None:
    """Write new objects, or those fields of objects that are there, and publish them. About eight statements a batch.

    `changed` names the fields of objects that are there; without it all are new. Drafts are the caller's to respect.
    """
    fields = [*changed]
    for start in range(0, len(objects), BATCH):
        batch = list(objects[start : start + BATCH])
        for one in batch:
            one.has_unpublished_changes = False
            one.last_published_at = at
            if not fields:
                one.live, one.first_published_at = True, at
        if fields:
            model._base_manager.bulk_create(
                batch,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=[*fields, "has_unpublished_changes", "last_published_at"],
            )
        else:
            model._base_manager.bulk_create(batch)
        _revise(model, batch, at, by)


def _revise(model: type[Any], batch: list[Any], at: datetime, by: Any) -> None:
    kind = ContentType.objects.get_for_model(model)
    Revision.objects.bulk_create(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(one.pk),
                created_at=at,
                user=by,
                object_str=str(one),
                content=one.serializable_data(),
            )
            for one in batch
        ]
    )
    newest = Revision.objects.filter(content_type=kind, object_id=Cast(OuterRef("pk"), CharField())).order_by("-pk")
    rows = model._base_manager.filter(pk__in=[one.pk for one in batch])
    rows.update(latest_revision=Subquery(newest.values("pk")[:1]))
    rows.update(live_revision=F("latest_revision"))


def index_many(model: type[Any], pks: Sequence[int]) -> None:
    """Bring the search of the admin up to date with objects that `publish_many` wrote. May be run again."""
    for start in range(0, len(pks), BATCH):
        batch = list(model._base_manager.filter(pk__in=pks[start : start + BATCH]))
        for backend in get_search_backends():
            backend.get_index_for_model(model).add_items(model, batch)


def told(objects: Iterable[Any]) -> None:
    """Count the change once and tell whoever listens of each object, up to a hundred. Call it last."""
    bump(Scope.CONTENT)
    for place, one in enumerate(objects):
        if place == MOST_ANNOUNCED:
            break
        announce(PUBLISHED, one)


def remove_many(model: type[Any], pks: Sequence[int]) -> None:
    """Delete objects that nothing refers to, with their revisions and places in the search. `in_use` tells which."""
    kind = ContentType.objects.get_for_model(model)
    for start in range(0, len(pks), BATCH):
        batch = list(pks[start : start + BATCH])
        rows = model._base_manager.filter(pk__in=batch)
        rows.update(latest_revision=None, live_revision=None)
        Revision.objects.filter(base_content_type=kind, object_id__in=[str(pk) for pk in batch]).delete()
        if hasattr(model, "index_entries"):
            model._meta.get_field("index_entries").related_model.objects.filter(
                content_type=kind, object_id__in=[str(pk) for pk in batch]
            )._raw_delete(using=rows.db)
        rows._raw_delete(using=rows.db)


def in_use(model: type[Any], pks: Sequence[int], *, beside: Iterable[type[Any]] = ()) -> dict[int, str]:
    """Which of the objects other rows refer to, and what those are called. One statement for each relation.

    Rows of the models in `beside` do not count.
    """
    found: dict[int, str] = {}
    relations = (
        field for field in model._meta.get_fields(include_hidden=True) if field.one_to_many or field.one_to_one
    )
    for relation in relations:
        if not relation.auto_created or relation.concrete or relation.related_model in tuple(beside):
            continue
        column = relation.field.attname
        used = relation.related_model._base_manager.filter(**{f"{column}__in": list(pks)}).values_list(
            column, flat=True
        )
        for pk in used.distinct():
            found.setdefault(pk, str(relation.related_model._meta.verbose_name_plural))
    return found
