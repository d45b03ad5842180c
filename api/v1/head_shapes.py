"""The head of a page as JSON: the very same cms.seo.Head that our own page prints into its head."""

from typing import Any

from django.utils.translation import to_locale
from rest_framework import serializers

from api.v1.form_shapes import bcp47
from cms.seo import CONTEXT, Head


class AlternateShape(serializers.Serializer):
    """The same page in a language."""

    locale = serializers.CharField()
    url = serializers.CharField()


class HeadShape(serializers.Serializer):
    """What search engines and link previews are told."""

    title = serializers.CharField(help_text="Put the shop's name behind it, unless it is the same.")
    description = serializers.CharField(allow_blank=True)
    canonical = serializers.CharField()
    robots = serializers.CharField()
    alternates = AlternateShape(many=True)
    open_graph = serializers.DictField(child=serializers.CharField(), help_text="By property: og:title and so on.")
    twitter = serializers.DictField(child=serializers.CharField(), help_text="By name: twitter:card and so on.")
    json_ld = serializers.JSONField(help_text="One schema.org document; null when there is nothing to say.")


SHOWN: dict[str, Any] = {
    "title": "About us",
    "description": "Who mends your phone.",
    "canonical": "https://shop.example.com/about/",
    "robots": "index, follow",
    "alternates": [],
    "open_graph": {"og:type": "website", "og:title": "About us", "og:url": "https://shop.example.com/about/"},
    "twitter": {"twitter:card": "summary"},
    "json_ld": {"@context": CONTEXT, "@graph": [{"@type": "BreadcrumbList", "itemListElement": []}]},
}


def printed(head: Head, *, site_name: str, language: str) -> dict[str, Any]:
    """A head as JSON."""
    known = [record for record in head.records if record]
    graph = {
        "og:type": head.kind,
        "og:site_name": site_name,
        "og:title": head.title,
        "og:description": head.description,
        "og:url": head.canonical,
        "og:locale": to_locale(language),
    }
    card = {
        "twitter:card": "summary_large_image" if head.image else "summary",
        "twitter:title": head.title,
        "twitter:description": head.description,
    }
    if image := head.image:
        graph |= {"og:image": image.url, "og:image:width": str(image.width), "og:image:height": str(image.height)}
        graph |= {"og:image:alt": image.alt}
        card |= {"twitter:image": image.url, "twitter:image:alt": image.alt}
    return {
        "title": head.title,
        "description": head.description,
        "canonical": head.canonical,
        "robots": "index, follow" if head.index else "noindex, follow",
        "alternates": [{"locale": bcp47(code), "url": url} for code, url in head.alternates],
        "open_graph": {name: text for name, text in graph.items() if text},
        "twitter": {name: text for name, text in card.items() if text},
        "json_ld": {"@context": CONTEXT, "@graph": known} if known else None,
    }
