"""Publishing and unpublishing many snippets at once: Wagtail has that for pages only."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from cms.models.published import Published


class _Many(SnippetBulkAction):
    """What both have in common: only who may publish, only what nobody else has locked."""

    template_name = "wagtailadmin/mendwell/bulk.html"
    question: Any
    refusal: Any
    button: Any

    @classproperty
    def models(cls) -> list[Any]:
        """Every kind of snippet that has drafts of ours; asked late, for snippets are registered by hooks too."""
        return [model for model in get_snippet_models() if issubclass(model, Published)]

    def check_perm(self, obj: Any) -> bool:
        """Whether this person may do it with this one now."""
        lock = obj.get_lock()
        locked = lock is not None and lock.for_user(self.request.user)
        may = self.permission_policy.user_has_permission_for_instance(self.request.user, "publish", obj)
        return bool(may and not locked)

    def get_execution_context(self) -> dict[str, Any]:
        """Who does it, for the history."""
        return {**super().get_execution_context(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The words of the question."""
        words = {"question": self.question, "refusal": self.refusal, "button": self.button}
        return super().get_context_data(**kwargs) | words | {"action_name": self.display_name}


class PublishMany(_Many):
    """Publish the newest draft of each."""

    display_name = _("Publish")
    action_type = "publish"
    aria_label = _("Publish selected snippets")
    action_priority = 10
    question = _("Publish the newest version of these? Customers see it at once.")
    refusal = _("These stay as they are: you may not publish them, or somebody has locked them.")
    button = _("Yes, publish")

    @classmethod
    def execute_action(cls, objects: Iterable[Any], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Publish them; a schedule that a draft carries is kept."""
        done = 0
        for row in objects:
            revision = row.get_latest_revision() or row.save_revision(user=user)
            revision.publish(user=user)
            done += 1
        return done, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many."""
        return ngettext("%(n)d published.", "%(n)d published.", num_parent_objects) % {"n": num_parent_objects}


class UnpublishMany(_Many):
    """Take each off the site."""

    display_name = _("Unpublish")
    action_type = "unpublish"
    aria_label = _("Unpublish selected snippets")
    action_priority = 20
    classes = {"serious"}
    question = _("Take these off the site? They stay here as drafts.")
    refusal = _("These stay as they are: they are not live, you may not unpublish them, or somebody has locked them.")
    button = _("Yes, unpublish")

    def check_perm(self, obj: Any) -> bool:
        """As for publishing, and only what is live."""
        return obj.live and super().check_perm(obj)

    @classmethod
    def execute_action(cls, objects: Iterable[Any], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Unpublish them."""
        done = 0
        for row in objects:
            row.unpublish(user=user)
            done += 1
        return done, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many."""
        return ngettext("%(n)d taken off the site.", "%(n)d taken off the site.", num_parent_objects) % {
            "n": num_parent_objects
        }
