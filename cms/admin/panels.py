"""Panels of the edit forms that only tell: what customers read, and what other rooms know about the thing."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translated
from wagtail import hooks
from wagtail.admin.panels import Panel

from cms.inheritance import Text, chain, inherited
from cms.models import Subject


class InheritedPanel(Panel):
    """What customers read where a field is left empty, and where that was written."""

    class BoundPanel(Panel.BoundPanel):
        """The panel of one form."""

        template_name = "wagtailadmin/mendwell/inherited.html"

        @cached_property
        def texts(self) -> list[tuple[str, Text]]:
            """The name of each text with the text itself, as it is without what is being typed now."""
            node = self.instance
            nodes = chain(node) if isinstance(node, Subject) else chain(node.subject, node)
            named = ((translated("Description"), "description"), (translated("Before the visit"), "preparation"))
            return [(name, inherited(field, nodes)) for name, field in named]

        @cached_property
        def photo(self) -> Any:
            """The nearest node with a photo, when that is not the node itself."""
            nodes = chain(self.instance) if isinstance(self.instance, Subject) else chain(self.instance.subject)
            return next((node for node in nodes if getattr(node, "photo_id", None)), None)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            """The texts and the photo."""
            return {"texts": self.texts, "photo": self.photo, "instance": self.instance}


class ToldPanel(Panel):
    """What the functions of a hook say about the thing: rooms above this one know prices. `hook`: the hook's name.

    Each function takes the thing and the request and returns safe HTML, or nothing.
    """

    def __init__(self, hook: str, **more: Any) -> None:
        super().__init__(**more)
        self.hook = hook

    def clone_kwargs(self) -> dict[str, Any]:
        """Wagtail copies panels; the hook's name goes with it."""
        return {**super().clone_kwargs(), "hook": self.hook}

    class BoundPanel(Panel.BoundPanel):
        """The panel of one form."""

        @cached_property
        def parts(self) -> list[str]:
            """What was told."""
            told = (tell(self.instance, self.request) for tell in hooks.get_hooks(self.panel.hook))
            return [part for part in told if part]

        def is_shown(self) -> bool:
            """Only for a thing that is there, and when somebody has something to say."""
            return bool(self.instance.pk and self.request and self.parts)

        def render_html(self, parent_context: Any = None) -> SafeString:
            """One part below the other."""
            return format_html_join("", "{}", ((part,) for part in self.parts))
