"""Translations as people make them in the admin, for tests."""

from typing import Any

from django.test import Client
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from cms.models import ContentPage, LandingPage
from cms.translations import progress

LOCALIZE = "/cms/localize/"


def portuguese() -> Locale:
    """The second language."""
    return Locale.objects.get_or_create(language_code="pt-br")[0]


def text_page(home: Page, **more: Any) -> ContentPage:
    """A live page of words below the home page."""
    given = {"title": "Warranty", "slug": "warranty", "body": "<p>What we mend stays mended.</p>", **more}
    page = home.add_child(instance=ContentPage(**given))
    page.save_revision().publish()
    return ContentPage.objects.get(pk=page.pk)


def block_page(home: Page, body: list[Any], **more: Any) -> LandingPage:
    """A live page of blocks below the home page."""
    page = home.add_child(instance=LandingPage(**{"title": "Offer", "slug": "offer", "body": body, **more}))
    page.save_revision().publish()
    return LandingPage.objects.get(pk=page.pk)


def submit(browser: Client, row: Any) -> Any:
    """Ask for the row in Portuguese, as the button "Translate" does. Returns the answer."""
    what = f"page/{row.pk}" if isinstance(row, Page) else f"snippet/cms/{row._meta.model_name}/{row.pk}"
    return browser.post(f"{LOCALIZE}submit/{what}/", {"locales": [portuguese().pk]})


def translation_of(row: Any) -> Translation:
    """The open translation of an original."""
    return Translation.objects.get(source__object_id=row.translation_key, target_locale=portuguese())


def in_portuguese(row: Any) -> Any:
    """The page or snippet in Portuguese."""
    return progress.target_of(translation_of(row))


def edit(row: Any) -> str:
    """The address where the Portuguese of an original is written."""
    there = in_portuguese(row)
    return f"/cms/pages/{there.pk}/edit/" if isinstance(there, Page) else f"{snippet_edit(there)}"


def snippet_edit(row: Any) -> str:
    """The address of the form of a snippet."""
    return f"/cms/snippets/cms/{row._meta.model_name}/edit/{row.pk}/"


def say(browser: Client, row: Any, *, but: str = "", **words: str) -> None:
    """Write the words of an original's sentences as the translator's screen does; those of `words` by their path.

    The others get the original with "PT " before it, all but the path `but`.
    """
    translation = translation_of(row)
    for segment in translation.source.stringsegment_set.select_related("context", "string"):
        path = segment.context.path
        if path == but:
            continue
        value = words.get(path, f"pt-{segment.string.data}" if path == "slug" else f"PT {segment.string.data}")
        address = f"{LOCALIZE}translate/{translation.pk}/strings/{segment.pk}/edit/"
        put(browser, address, value)


def put(browser: Client, address: str, value: str, *, status: tuple[int, ...] = (200, 201)) -> None:
    """One sentence, sent as the script of the screen sends it: a multipart form by PUT."""
    mark = "BoUnDaRy"
    body = f'--{mark}\r\nContent-Disposition: form-data; name="value"\r\n\r\n{value}\r\n--{mark}--\r\n'
    answer = browser.put(address, data=body.encode(), content_type=f"multipart/form-data; boundary={mark}")
    assert answer.status_code in status, (answer.status_code, answer.content[:300])


def send(browser: Client, row: Any) -> Any:
    """Press "Send to the moderators"."""
    return browser.post(f"/cms/translations/{translation_of(row).pk}/send/")


def publish(browser: Client, row: Any) -> Any:
    """Press "Publish" on the translator's screen."""
    return browser.post(edit(row), {"action": "publish"})


def make_portuguese(browser: Client, row: Any, **words: str) -> Any:
    """Submit, translate and publish by somebody who may do all of it. Returns the row in Portuguese."""
    submit(browser, row)
    say(browser, row, **words)
    publish(browser, row)
    return in_portuguese(row)
