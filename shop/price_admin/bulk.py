"""Switching many price rules on or off at once. Each is the other's undo."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.log_actions import log
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cms.versions import Scope, bump
from shop.models import PriceRule
from shop.price_admin.old_copies import one_at_a_time


class _Switch(SnippetBulkAction):
    """What both have in common."""

    models = [PriceRule]
    template_name = "wagtailadmin/mendwell/bulk.html"
    refusal = _("These stay as they are: you may not change them.")
    on: bool
    question: Any
    button: Any
    count: Callable[[int], str]
    count_before: Callable[[int], str]

    def check_perm(self, obj: Any) -> bool:
        """Whether this person may change the rule."""
        return bool(self.permission_policy.user_has_permission_for_instance(self.request.user, "change", obj))

    def get_execution_context(self) -> dict[str, Any]:
        """Who does it, for the history."""
        return {**super().get_execution_context(), "user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The words of the question."""
        words = {"question": self.question, "refusal": self.refusal, "button": self.button}
        return super().get_context_data(**kwargs) | words | {"action_name": self.display_name}

    @classmethod
    @transaction.atomic
    def execute_action(cls, objects: Iterable[PriceRule], user: Any = None, **kwargs: Any) -> tuple[int, int]:
        """Switch them as they are now, whatever the list showed, each with a version and an entry in its history.

        Returns how many were switched and how many are as wanted already; those deleted meanwhile are neither.
        """
        one_at_a_time()
        rows = list(PriceRule.objects.filter(pk__in=[row.pk for row in objects]))
        changed = [row for row in rows if row.active is not cls.on]
        PriceRule.objects.filter(pk__in=[row.pk for row in changed]).update(active=cls.on)
        for site_id in sorted({row.site_id for row in changed}):
            bump(Scope.PRICES, site_id=site_id)
        for row in changed:
            row.active = cls.on
            revision = row.save_revision(user=user, log_action=False)
            log(instance=row, action="wagtail.edit", user=user, revision=revision, content_changed=True)
        return len(changed), len(rows) - len(changed)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """How many were switched, and how many somebody else had switched before."""
        told = self.count(num_parent_objects)
        return f"{told} {self.count_before(num_child_objects)}" if num_child_objects else told


class SwitchOn(_Switch):
    """Prices follow at once."""

    display_name = _("Switch on")
    action_type = "switch_on"
    aria_label = _("Switch the selected rules on")
    action_priority = 10
    on = True
    question = _("Switch these rules on? Prices change at once.")
    button = _("Yes, switch on")

    @staticmethod
    def count(number: int) -> str:
        """How many."""
        return ngettext("%(n)d rule switched on.", "%(n)d rules switched on.", number) % {"n": number}

    @staticmethod
    def count_before(number: int) -> str:
        """How many were so already."""
        return ngettext("%(n)d was on already.", "%(n)d were on already.", number) % {"n": number}


class SwitchOff(_Switch):
    """Prices follow at once."""

    display_name = _("Switch off")
    action_type = "switch_off"
    aria_label = _("Switch the selected rules off")
    action_priority = 20
    on = False
    question = _("Switch these rules off? Prices change at once; the rules stay here.")
    button = _("Yes, switch off")

    @staticmethod
    def count(number: int) -> str:
        """How many."""
        return ngettext("%(n)d rule switched off.", "%(n)d rules switched off.", number) % {"n": number}

    @staticmethod
    def count_before(number: int) -> str:
        """How many were so already."""
        return ngettext("%(n)d was off already.", "%(n)d were off already.", number) % {"n": number}
