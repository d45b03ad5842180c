"""The screens of the shop with the words that editors put around them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from cms import seo
from cms.screens import words_for
from cms.sites import site_for
from shop.storefront import head
from shop.templatetags.blocks import Loaded, load_facts


def around(request: HttpRequest, screen: str, *, title: str, told: str, plainly: bool = True) -> dict[str, Any]:
    """What a screen's template takes: `seo`, and `page` with the `facts` of its blocks where editors wrote one.

    `title` and `told` stand where they wrote none. `plainly`: the screen as it is, not somebody's search in it, which
    shows no blocks and is not for search engines. One statement, and those of the blocks.
    """
    site, page = site_for(request), words_for(request, screen)
    if page is None:
        return {"seo": head.plain(site, title=title, description=told, name=screen, index=plainly), "page": None}
    plain = head.plain(site, title=page.title, description=told, name=screen, index=plainly)
    facts = load_facts({"request": request}, page) if plainly else Loaded()
    words = seo.shorten(page.search_description or page.introduction)
    return {
        "page": page,
        "facts": facts,
        "seo": replace(
            plain,
            title=page.seo_title or page.title,
            description=words or plain.description,
            canonical=page.canonical_address or plain.canonical,
            index=plainly and not page.hidden_from_search,
            image=head.share_image(site, page),
            records=(*plain.records, *facts.records, seo.questions(facts.questions)),
        ),
    }


def moments(request: HttpRequest) -> Iterator[datetime]:
    """When the blocks below a screen stop being true, if it has any that do."""
    if known := getattr(request, "facts_until", None):
        yield datetime.fromtimestamp(known, UTC)
