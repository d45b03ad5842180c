"""Blocks of pages with their live facts: one tag loads them for the whole page, the templates of blocks only print."""

from dataclasses import dataclass, field
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils import timezone

from cms import catalogue, seo
from cms.blocks import references
from cms.models import FAQ, HomePage
from cms.paths import paths_of
from cms.sites import shop_settings, site_for
from shop import block_facts
from shop.block_facts import Offer
from shop.storefront import head
from shop.storefront.currency import chosen
from shop.storefront.window import foot
from shop.templatetags.window import first_kinds

register = template.Library()


@dataclass(frozen=True)
class Loaded:
    """The blocks of a page, each with its answer: lines, an offer, questions, a form, hours, cards, a text, nothing."""

    blocks: list[tuple[Any, Any]] = field(default_factory=list)
    questions: list[FAQ] = field(default_factory=list)
    records: tuple[seo.Record, ...] = ()
    zone: Any = None


@register.simple_tag(takes_context=True)
def load_facts(context: Any, page: Any) -> Loaded:
    """Everything that the blocks of a page show, in a fixed number of statements; once for each request."""
    request, sections = context.get("request"), page.sections
    if request is None or not sections:
        return Loaded()
    kept = getattr(request, "block_facts", None)
    if kept is None or kept[0] is not page:
        request.block_facts = kept = (page, _load(request, sections))
    return kept[1]


@register.simple_tag(takes_context=True)
def load_sample(context: Any, bound_block: Any) -> Loaded:
    """The same for one block with its sample, while an editor chooses; nothing for a block of menus."""
    body = HomePage._meta.get_field("body").stream_block
    name = bound_block.block.name
    if name not in body.child_blocks:
        return Loaded()
    raw = {"type": name, "value": bound_block.block.get_prep_value(bound_block.value), "id": "sample"}
    return _load(context["request"], body.to_python([raw]))


def _load(request: HttpRequest, sections: Any) -> Loaded:
    site, refs = site_for(request), references.of(sections)
    shop = shop_settings(site)
    rows = references.load(refs, paths_of(site))
    references.fill(rows, sections)
    facts = block_facts.answer(site=site, refs=refs, at=timezone.now(), currency=chosen(request))
    request.facts_until = facts.until.timestamp()  # type: ignore[attr-defined]
    blocks: list[tuple[Any, Any]] = []
    asked: dict[int, FAQ] = {}
    offers: list[Offer] = []
    for child, raw in zip(sections, sections.raw_data, strict=True):
        answer = block_facts.of_block(raw["type"], raw["value"], facts=facts, rows=rows)
        if raw["type"] == "questions":
            asked |= {faq.pk: faq for faq in answer}
        elif raw["type"] == "offer" and answer:
            offers.append(answer)
        elif raw["type"] == "kinds":
            answer = first_kinds(catalogue.tree(site))
        elif raw["type"] == "text":
            answer = references.linked(raw["value"], rows, request)
        elif raw["type"] == "visit":
            answer = foot(request)
        blocks.append((child, answer))
    return Loaded(
        blocks=blocks,
        questions=list(asked.values()),
        records=tuple(_record(site, offer) for offer in offers),
        zone=shop.zone,
    )


def _record(site: Any, offer: Offer) -> seo.Record:
    here = head.address(site, "repair", offer.device_slug, offer.repair_slug)
    return seo.service(
        name=f"{offer.repair_name}: {offer.device_name}",
        description=offer.summary,
        url=here,
        shop_url=head.home(site),
        kind=offer.repair_name,
        offers=seo.offer(price=offer.price, currency=offer.currency, url=here),
    )
