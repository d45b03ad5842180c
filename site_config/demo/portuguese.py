"""The demo's second language: some pages and questions in Brazilian Portuguese, and one page that is only begun."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.models import FAQ, FAQGroup
from cms.translations import writing
from site_config.demo.packs import Pack
from site_config.demo.people import email_of


def make_portuguese(*, site: Site, pack: Pack) -> None:
    """Translate what portuguese.json names, in the translator's name, and publish it in the moderator's.

    A pack without that file stays in one language.

    Raises KeyError for a sentence without words.
    """
    told = pack.read("portuguese.json")
    if told is None:
        return
    locale = Locale.objects.get_or_create(language_code=told["locale"])[0]
    people = get_user_model().objects
    translator, moderator = (people.get(email=email_of(role)) for role in ("translator", "moderator"))
    home, original = site.root_page, {"locale": site.root_page.locale}
    whole = [
        *(FAQGroup.objects.get(slug=slug, **original) for slug in told["groups"]),
        *(FAQ.objects.get(question=question, **original) for question in told["faqs"]),
        home.specific,
        *(_page(home, slug) for slug in told["pages"]),
    ]
    for row in whole:
        translation = _begin(row, locale, translator)
        _say(translation, told["words"], translator)
        writing.publish_translation(translation, user=moderator)
    for slug in told["begun"]:
        _say(_begin(_page(home, slug), locale, translator), told["words"], translator, whole=False)


def _page(home: Page, slug: str) -> Any:
    return home.get_children().get(slug=slug).specific


def _begin(row: Any, locale: Locale, user: Any) -> Translation:
    translate_object(row, [locale], user=user)
    return Translation.objects.get(source__object_id=row.translation_key, target_locale=locale)


def _say(translation: Translation, words: Mapping[str, str], user: Any, *, whole: bool = True) -> None:
    """Write the words of every sentence; of those that are known when it need not be whole."""
    for segment in translation.source.stringsegment_set.select_related("string", "context"):
        english = segment.string.data
        if whole or english in words:
            StringTranslation.objects.get_or_create(
                translation_of=segment.string,
                context=segment.context,
                locale=translation.target_locale,
                defaults={"data": words[english], "last_translated_by": user},
            )
