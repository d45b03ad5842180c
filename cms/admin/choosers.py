"""Choosers of devices, repairs and the like whose words are in the language of whoever looks.

Wagtail 8.0 puts "Choose device" together when the form's class is made, in the language of whoever came first, and
keeps it so for everybody until the process ends.
"""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.widgets import AdminSnippetChooser


def _words(text: str, name: Any) -> str:
    return gettext(text) % {"object": name}


words = lazy(_words, str)


class Chooser(AdminSnippetChooser):
    """A chooser that translates when it is shown."""

    def __init__(self, model: Any = None, **more: Any) -> None:
        super().__init__(model, **more)
        name = self.model._meta.verbose_name
        self.choose_one_text = words("Choose %(object)s", name)
        self.choose_another_text = words("Choose another %(object)s", name)
        self.link_to_chosen_text = words("Edit this %(object)s", name)


class Choosers(SnippetChooserViewSet):
    """What Wagtail has, with our chooser in forms."""

    base_widget_class = Chooser
