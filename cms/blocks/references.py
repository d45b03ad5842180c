"""What the blocks of a page refer to, read without a statement; and their rows, read in a handful for all blocks.

`of` reads the stored JSON. `load` reads pictures, pages, forms and questions in bulk. `fill` puts them into the blocks:
left alone, Wagtail asks the database for each chooser of each kind of block. Devices and repair types stay unread
until somebody touches them, for what a page shows of them are facts (shop/block_facts.py).
"""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from wagtail.blocks import Block, ListBlock, PageChooserBlock, RichTextBlock, StructBlock
from wagtail.blocks.field_block import ChooserBlock
from wagtail.blocks.list_block import ListValue
from wagtail.blocks.stream_block import StreamValue
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Page

from cms.models import FAQ, FormField, FormPage
from cms.paths import Paths
from cms.pictures.renditions import by_ids

FIRST_SERVICES = 8
PAGE_LINK = re.compile(r'<a (?=[^>]*linktype="page")[^>]*\bid="(\d+)"[^>]*>')  # as Wagtail stores them


@dataclass(frozen=True)
class Refs:
    """What blocks refer to, by id. `subjects`: of each price table, with the most rows that one of them shows."""

    subjects: Mapping[int, int] = field(default_factory=dict)
    offers: frozenset[tuple[int, int]] = frozenset()
    repair_types: frozenset[int] = frozenset()
    first_services: bool = False
    groups: frozenset[int] = frozenset()
    faqs: frozenset[int] = frozenset()
    forms: frozenset[int] = frozenset()
    images: frozenset[int] = frozenset()
    pages: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rows:
    """The rows of a page's references by id. Questions are live and in the shop's order."""

    images: Mapping[int, Any]
    pages: Mapping[int, Page]
    forms: Mapping[int, FormPage]
    faqs: Mapping[int, FAQ]

    def questions(self, raw: Mapping[str, Any]) -> list[FAQ]:
        """The questions of a block: those of its group, then those chosen one by one, each once."""
        group = raw.get("group")
        of_group = [faq for faq in self.faqs.values() if group and faq.group_id == group]
        chosen = [self.faqs[pk] for pk in plain_list(raw.get("faqs")) if pk in self.faqs]
        return list({faq.pk: faq for faq in (*of_group, *chosen)}.values())


def of(*streams: StreamValue) -> Refs:
    """What these streams refer to. No statement."""
    found: dict[str, set[Any]] = {}
    tables: dict[int, int] = {}
    for name, raw, block in (each for stream in streams for each in _children(stream)):
        for model, pk in _chosen(block, raw):
            found.setdefault(model, set()).add(pk)
        match name:
            case "price_table" if raw.get("subject"):
                tables[raw["subject"]] = max(tables.get(raw["subject"], 0), raw.get("most") or 0)
            case "offer" if raw.get("device") and raw.get("repair_type"):
                found.setdefault("offers", set()).add((raw["device"], raw["repair_type"]))
            case "services":
                chosen = plain_list(raw.get("repair_types"))
                found.setdefault("services" if chosen else "first", set()).update(chosen or {0})
    return Refs(
        subjects=tables,
        offers=frozenset(found.get("offers", ())),
        repair_types=frozenset(found.get("services", ())),
        first_services="first" in found,
        groups=frozenset(found.get("FAQGroup", ())),
        faqs=frozenset(found.get("FAQ", ())),
        forms=frozenset(found.get("FormPage", ())),
        images=frozenset(found.get("Image", ())),
        pages=frozenset(found.get("Page", ())),
    )


def load(refs: Refs, where: Paths | None = None) -> Rows:
    """The rows of these references: pictures, forms and questions 1 statement, each only when needed.

    One more for pages of another site than that of these paths.
    """
    wanted = refs.pages - refs.forms
    known = {page.pk: page for page in where.rows(wanted)} if where else {}
    unknown = wanted & where.elsewhere if where else wanted
    pages = Page.objects.filter(pk__in=unknown).select_related("locale") if unknown else ()
    asked = FAQ.objects.filter(Q(group_id__in=refs.groups, group__live=True) | Q(pk__in=refs.faqs), live=True)
    return Rows(
        images=by_ids(refs.images),
        pages={**known, **{row.pk: row for row in pages}},
        forms=_forms(refs.forms) if refs.forms else {},
        faqs={row.pk: row for row in asked} if refs.groups or refs.faqs else {},
    )


def _forms(ids: frozenset[int]) -> dict[int, FormPage]:
    """Published forms with their fields, in one statement; one more while a form has no field yet."""
    fields: dict[int, list[FormField]] = {}
    rows = FormField.objects.filter(page__in=ids, page__live=True).select_related("page")
    for row in rows.order_by("sort_order"):
        fields.setdefault(row.page_id, []).append(row)
    found = {pk: mine[0].page for pk, mine in fields.items()}
    for pk, form in found.items():
        form.form_fields = fields[pk]
    missing = ids - set(found)
    return found | {row.pk: row for row in FormPage.objects.filter(pk__in=missing, live=True)} if missing else found


def fill(rows: Rows, *streams: StreamValue) -> None:
    """Put the rows into the blocks that are not made yet. A draft's blocks, made from a form, stay as they are."""
    for stream in streams:
        for place, (made, raw) in enumerate(zip(stream._bound_blocks, stream._raw_data, strict=True)):
            block = stream.stream_block.child_blocks.get(raw["type"]) if made is None else None
            if block is not None:
                value = _value(block, raw["value"], rows)
                stream._bound_blocks[place] = StreamValue.StreamChild(block, value, id=raw.get("id"))


def plain_list(raw: Iterable[Any] | None) -> list[Any]:
    """The values of a stored list block, in either of the two shapes that Wagtail stores."""
    return [item["value"] if isinstance(item, dict) and "value" in item else item for item in raw or ()]


def linked(text: str, rows: Rows, request: Any) -> str:
    """A stored rich text with its links to pages resolved; one to a page that is gone or unpublished leads nowhere."""

    def anchor(found: re.Match[str]) -> str:
        page = rows.forms.get(int(found[1])) or rows.pages.get(int(found[1]))
        address = page.get_url(request) if page is not None and page.live else None
        return format_html('<a href="{}">', address) if address else "<a>"

    return PAGE_LINK.sub(anchor, text)


def _children(stream: StreamValue) -> Iterator[tuple[str, Any, Block]]:
    for raw in stream.raw_data:
        block = stream.stream_block.child_blocks.get(raw["type"])
        if block is not None:
            yield raw["type"], raw["value"], block


def _chosen(block: Block, raw: Any) -> Iterator[tuple[str, int]]:
    """Model and id of everything chosen in a stored value, at any depth."""
    if isinstance(block, RichTextBlock):
        yield from (("Page", int(pk)) for pk in PAGE_LINK.findall(raw or ""))
    elif isinstance(block, ChooserBlock):
        if raw:
            yield ("Image" if isinstance(block, ImageChooserBlock) else block.model_class.__name__), raw
    elif isinstance(block, ImageBlock) and isinstance(raw, int):
        yield "Image", raw
    elif isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _chosen(child, (raw or {}).get(name))
    elif isinstance(block, ListBlock):
        for item in plain_list(raw):
            yield from _chosen(block.child_block, item)


def _value(block: Block, raw: Any, rows: Rows) -> Any:
    """A stored value as the block's own kind of value, out of the rows."""
    if isinstance(block, ImageBlock):
        return _image(raw, rows)
    if isinstance(block, ImageChooserBlock):
        return _own(rows.images.get(raw))
    if isinstance(block, PageChooserBlock):
        return rows.forms.get(raw) or rows.pages.get(raw)
    if isinstance(block, ChooserBlock):
        return SimpleLazyObject(partial(_row, block.model_class, raw)) if raw else None
    if isinstance(block, StructBlock):
        return block._to_struct_value(
            [
                (name, _value(child, raw[name], rows) if name in raw else child.get_default())
                for name, child in block.child_blocks.items()
            ]
        )
    if isinstance(block, ListBlock):
        inner = block.child_block
        keys = [item.get("id") if isinstance(item, dict) else None for item in raw or ()]
        values = [_value(inner, item, rows) for item in plain_list(raw)]
        items = [ListValue.ListChild(inner, value, id=key) for value, key in zip(values, keys, strict=True)]
        return ListValue(block, bound_blocks=items)
    return block.to_python(raw)


def _image(raw: Any, rows: Rows) -> Any:
    told = raw if isinstance(raw, dict) else {"image": raw}
    image = _own(rows.images.get(told.get("image") or 0))
    if image is not None:
        alt = told.get("alt_text") if "alt_text" in told else image.default_alt_text
        image.decorative = bool(told.get("decorative"))
        image.contextual_alt_text = "" if image.decorative else alt
    return image


def _own(image: Any) -> Any:
    """A copy with copies of its renditions: the same picture may stand twice with different words."""
    if image is None:
        return None
    mine = copy.copy(image)
    mine.prefetched_renditions = [copy.copy(rendition) for rendition in image.prefetched_renditions]
    for rendition in mine.prefetched_renditions:
        rendition.image = mine
    return mine


def _row(model: type[Model], pk: int) -> Model | None:
    return model._default_manager.filter(pk=pk).first()
