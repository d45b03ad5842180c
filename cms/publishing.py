"""Publishing and removing many snippets at once: what Wagtail does for one, in a few statements for hundreds.

Each gets its revision, so that an editor who opens it sees what is live. Counting the change and telling frontends is
done once, by `told`. Call it all inside one transaction; `index_many` may follow later.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from wagtail.models import ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends

from cms.events import PUBLISHED, announce
from cms.versions import Scope, bump

BATCH = 500
TABLES = (Revision,)  # that publishing fills, beside the table of the objects
MOST_ANNOUNCED = 100  # one call each to those who listen; beyond, the version in the calls says that lists are new


def publish_many(
    model: type[Any], objects: Sequence[Any], *, changed: Iterable[str] = (), at: datetime, by: Any = None
) -> None:
    """Write new objects, or those fields of objects that are there, and publish them. Three statements a batch.

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
    made = Revision.objects.bulk_create(
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
    pairs = [pk for one, revision in zip(batch, made, strict=True) for pk in (one.pk, revision.pk)]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:  # both databases name the columns of VALUES so
        cursor.execute(
            f"UPDATE {table} SET latest_revision_id = new.column2, live_revision_id = new.column2"  # noqa: S608
            f" FROM (VALUES {', '.join(['(%s, %s)'] * len(made))}) AS new WHERE {table}.id = new.column1",
            pairs,
        )
    for one, revision in zip(batch, made, strict=True):
        one.latest_revision_id = one.live_revision_id = revision.pk


def index_many(model: type[Any], pks: Sequence[int]) -> None:
    """Bring the admin's search, and its word on what is used where, up to date with objects that `publish_many` wrote.

    May be run again.
    """
    for start in range(0, len(pks), BATCH):
        batch = list(model._base_manager.filter(pk__in=pks[start : start + BATCH]))
        for backend in get_search_backends():
            backend.get_index_for_model(model).add_items(model, batch)
        _refer(model, batch)


def _refer(model: type[Any], batch: list[Any]) -> None:
    """What each object refers to: `ReferenceIndex.create_or_update_for_object` for hundreds, in two statements."""
    if not ReferenceIndex.is_indexed(model):
        return
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    with transaction.atomic():
        _forget(ReferenceIndex, base_content_type=kind, object_id__in=[str(one.pk) for one in batch])
        ReferenceIndex.objects.bulk_create(
            [
                ReferenceIndex(
                    content_type=kind,
                    base_content_type=kind,
                    object_id=str(one.pk),
                    to_content_type_id=to_kind,
                    to_object_id=to_pk,
                    model_path=model_path,
                    content_path=content_path,
                    content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
                )
                for one in batch
                for to_kind, to_pk, model_path, content_path in set(ReferenceIndex._extract_references_from_object(one))
            ],
            ignore_conflicts=True,
        )


def _forget(model: type[Any], **where: Any) -> None:
    rows = model._base_manager.filter(**where)
    rows._raw_delete(using=rows.db)


def told(objects: Iterable[Any]) -> None:
    """Count the change once and tell whoever listens of each object, up to a hundred. Call it last."""
    bump(Scope.CONTENT)
    for place, one in enumerate(objects):
        if place == MOST_ANNOUNCED:
            break
        announce(PUBLISHED, one)


def remove_many(model: type[Any], pks: Sequence[int]) -> None:
    """Delete objects that nothing refers to, with their revisions and what the admin's indexes have of them.

    `in_use` tells which.
    """
    kind = ContentType.objects.get_for_model(model)
    for start in range(0, len(pks), BATCH):
        batch = list(pks[start : start + BATCH])
        rows = model._base_manager.filter(pk__in=batch)
        rows.update(latest_revision=None, live_revision=None)
        Revision.objects.filter(base_content_type=kind, object_id__in=[str(pk) for pk in batch]).delete()
        texts = [str(pk) for pk in batch]
        if hasattr(model, "index_entries"):
            entries = model._meta.get_field("index_entries").related_model
            _forget(entries, content_type=kind, object_id__in=texts)
        _forget(ReferenceIndex, base_content_type=kind, object_id__in=texts)
        _forget(ReferenceIndex, to_content_type=kind, to_object_id__in=texts)
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
