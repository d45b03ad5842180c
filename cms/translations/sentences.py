"""What wagtail-localize takes for the sentences of a page of blocks, where its own reading leaves some out or breaks.

Lists that a program wrote (the demo, a starter, the API) have no ids in their items: it skips their words without a
sign, and a page would go live half in English. And it breaks on a block without its optional picture.
"""

import json
import uuid
from typing import Any

from wagtail.blocks import Block, CharBlock, ListBlock, StreamBlock, StructBlock, TextBlock
from wagtail.fields import StreamField
from wagtail_localize.models import TranslationSource
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor

NAMESPACE = uuid.UUID("0b7b1a0e-7a0c-4d3e-9a52-1f0c6f6a2c11")
_stock_refresh = TranslationSource.refresh_segments
_stock_image = StreamFieldSegmentExtractor.handle_image_block


def take_over() -> None:
    """Put the two functions below in the place of wagtail-localize's; called once, when all apps are there."""
    TranslationSource.refresh_segments = refresh_segments
    StreamFieldSegmentExtractor.handle_image_block = handle_image_block


def refresh_segments(source: TranslationSource) -> None:
    """Read the sentences again, after every item of every list got an id that stays the same."""
    content = json.loads(source.content_json)
    for field in source.specific_content_type.model_class()._meta.get_fields():
        if isinstance(field, StreamField) and content.get(field.name):
            raw = content[field.name]
            known = json.loads(raw) if isinstance(raw, str) else raw
            content[field.name] = json.dumps(with_ids(field.stream_block, known, field.name))
    source.content_json = json.dumps(content)
    source.save(update_fields=["content_json"])
    _stock_refresh(source)


def handle_image_block(self: Any, block: Any, value: Any, raw_value: Any = None) -> list[Any]:
    """The words of a picture; none where no picture was chosen."""
    return list(_stock_image(self, block, value, raw_value=raw_value)) if isinstance(raw_value, dict) else []


def with_ids(block: Block, raw: Any, place: str) -> Any:
    """A stored value whose blocks and list items all have ids, made from their place where they had none.

    Words that were left out are empty ones.
    """
    if isinstance(block, StreamBlock):
        rows = []
        for number, row in enumerate(raw or ()):
            key = row.get("id") or _key(place, number)
            child = block.child_blocks.get(row["type"])
            rows.append({**row, "id": key, "value": with_ids(child, row["value"], key) if child else row["value"]})
        return rows
    if isinstance(block, StructBlock) and isinstance(raw, dict):
        known = {name: with_ids(child, raw.get(name), f"{place} {name}") for name, child in block.child_blocks.items()}
        return raw | {name: value for name, value in known.items() if name in raw or value is not None}
    if raw is None and isinstance(block, CharBlock | TextBlock):
        return ""
    if isinstance(block, ListBlock):
        return [_item(block, item, place, number) for number, item in enumerate(raw or ())]
    return raw


def _item(block: ListBlock, item: Any, place: str, number: int) -> dict[str, Any]:
    stored = item if block._item_is_in_block_format(item) else {"type": "item", "value": item}
    key = stored.get("id") or _key(place, number)
    return {**stored, "id": key, "value": with_ids(block.child_block, stored["value"], key)}


def _key(place: str, number: int) -> str:
    return str(uuid.uuid5(NAMESPACE, f"{place} {number}"))
