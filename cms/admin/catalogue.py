"""Devices, repair types, complaints and questions: lists, filters, forms."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters import ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PublishingPanel, TitleFieldPanel
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, LocaleColumn, UpdatedAtColumn
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Revision, TranslatableMixin, WorkflowState
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.admin.choosers import Choosers
from cms.admin.lines import HELP_FACTS, HELP_PARTS, LabelledLines, Lines
from cms.admin.panels import InheritedPanel, ToldPanel
from cms.admin.translating import languages_of
from cms.models import FAQ, CommonIssue, FAQGroup, RepairType, Subject

KIND = Column("get_kind_display", label=_("Kind"), sort_key="kind")
DIFFICULTY = Column("get_difficulty_display", label=_("Difficulty"), sort_key="difficulty")
STATUS = LiveStatusTagColumn(label=_("Status"))
CHANGED = UpdatedAtColumn()
SEARCH_ENGINES = MultiFieldPanel(
    [
        FieldPanel("seo_title", help_text=_("Up to 60 letters are shown. Empty: made from the name.")),
        FieldPanel("search_description", help_text=_("Up to 155 letters are shown. Empty: made from name and price.")),
    ],
    heading=_("Search engines"),
    classname="collapsed",
)


def name_and_slug() -> list[Any]:
    """The name, and the address that follows it until the thing is live."""
    return [TitleFieldPanel("name", placeholder=False, classname=""), FieldPanel("slug", widget=SlugInput)]


class SubjectFilters(WagtailFilterSet):
    """A device has no devices below it, so only families and categories are offered as what it belongs to."""

    parent = ModelChoiceFilter(queryset=Subject.objects.exclude(kind=Subject.Kind.DEVICE), label=_("Belongs to"))

    class Meta:
        model = Subject
        fields = {
            "kind": ["exact"],
            "live": ["exact"],
            "has_unpublished_changes": ["exact"],
            "brand": ["icontains"],
            "year": ["gte", "lte"],
        }


class _Snippets(SnippetViewSet):
    """What every list has. The search reads the rows themselves: what was saved a moment ago is found."""

    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = True
    copy_view_enabled = True
    chooser_viewset_class = Choosers
    shown: tuple[str, ...] = ()  # what the columns name of other rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows with all that their columns show: no statement for each row."""
        kind = ContentType.objects.get_for_model(self.model, for_concrete_model=False)
        mine = Revision.objects.filter(base_content_type=kind, object_id=Cast(OuterRef("pk"), CharField()))
        waiting = WorkflowState.objects.active().select_related("current_task_state__task")
        rows = self.model.objects.annotate(_approved_schedule=Exists(mine.filter(approved_go_live_at__isnull=False)))
        rows = rows.prefetch_related(Prefetch("workflow_states", waiting, to_attr="_current_workflow_states"))
        if issubclass(self.model, TranslatableMixin):
            rows = rows.annotate(_languages=languages_of(self.model))
        return rows.select_related(*self.shown) if self.shown else rows


class Subjects(_Snippets):
    """Families, categories and devices."""

    model = Subject
    icon = "mobile-alt"
    menu_label = _("Devices")
    list_display = ["name", KIND, "brand", "year", "parent", STATUS, CHANGED]
    filterset_class = SubjectFilters
    list_export = ["name", "slug", "kind", "parent", "brand", "year", "model_codes", "live"]
    search_fields = ["name", "brand", "model_codes", "also_called", "slug"]
    ordering = ["name"]
    shown = ("parent",)
    inspect_view_fields = [
        "name", "kind", "parent", "slug", "brand", "year", "model_codes", "also_called", "specifications", "difficulty",
        "description", "preparation", "photo",
        "live", "first_published_at", "last_published_at",
    ]  # fmt: skip
    panels = [
        ToldPanel("about_subject"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("parent")]),
                *name_and_slug(),
                FieldRowPanel([FieldPanel("brand"), FieldPanel("year")]),
                FieldPanel("model_codes"),
                FieldPanel("also_called"),
                FieldPanel("specifications", widget=LabelledLines, help_text=HELP_FACTS),
                FieldPanel("difficulty"),
            ],
            heading=_("What it is"),
        ),
        MultiFieldPanel(
            [InheritedPanel(), FieldPanel("description"), FieldPanel("preparation")], heading=_("What customers read")
        ),
        MultiFieldPanel(
            [
                FieldPanel("photo"),
                FieldPanel("photo_alt"),
                FieldRowPanel([FieldPanel("icon"), FieldPanel("sort_order")]),
            ],
            heading=_("How it looks in lists"),
        ),
        SEARCH_ENGINES,
        PublishingPanel(),
    ]


class RepairTypes(_Snippets):
    """What can be done."""

    model = RepairType
    icon = "cogs"
    menu_label = _("Repair types")
    list_display = ["name", "subject", "minutes", DIFFICULTY, LocaleColumn(), STATUS, CHANGED]
    list_filter = ["live", "has_unpublished_changes", "subject", "difficulty", "locale"]
    list_export = ["name", "slug", "subject", "minutes", "warranty_days", "difficulty", "live"]
    search_fields = ["name", "summary", "description", "slug", "subject__name"]
    shown = ("subject", "locale")
    inspect_view_fields = [
        "name", "slug", "subject", "summary", "description", "preparation", "minutes", "warranty_days", "difficulty",
        "live", "first_published_at", "last_published_at",
    ]  # fmt: skip
    panels = [
        ToldPanel("about_repair_type"),
        MultiFieldPanel([*name_and_slug(), FieldPanel("subject")], heading=_("What it is")),
        MultiFieldPanel(
            [
                FieldPanel("summary"),
                FieldPanel("heading"),
                FieldPanel("also_called"),
                InheritedPanel(),
                FieldPanel("description"),
                FieldPanel("preparation"),
            ],
            heading=_("What customers read"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("warranty_days")]),
                FieldRowPanel([FieldPanel("difficulty"), FieldPanel("sort_order")]),
                FieldPanel("parts_required", widget=Lines, help_text=HELP_PARTS),
            ],
            heading=_("Time and promise"),
        ),
        SEARCH_ENGINES,
        PublishingPanel(),
    ]


class CommonIssues(_Snippets):
    """What goes wrong, in customers' words."""

    model = CommonIssue
    icon = "warning"
    menu_label = _("Common issues")
    list_display = ["phrase", "subject", "repair_type", "sort_order", STATUS, CHANGED]
    list_filter = ["live", "has_unpublished_changes", "subject", "repair_type", "locale"]
    list_export = ["phrase", "advice", "subject", "repair_type", "live"]
    search_fields = ["phrase", "advice", "subject__name"]
    shown = ("subject", "repair_type")
    inspect_view_fields = ["phrase", "advice", "subject", "repair_type", "sort_order", "live", "last_published_at"]
    panels = [
        MultiFieldPanel([FieldPanel("phrase"), FieldPanel("advice")], heading=_("What customers read")),
        MultiFieldPanel(
            [FieldPanel("subject"), FieldPanel("repair_type"), FieldPanel("sort_order")], heading=_("Where it belongs")
        ),
        PublishingPanel(),
    ]


class FAQGroups(_Snippets):
    """Questions that belong together."""

    model = FAQGroup
    icon = "list-ul"
    menu_label = _("FAQ groups")
    shown = ("locale",)
    list_display = ["name", "slug", "sort_order", LocaleColumn(), STATUS, CHANGED]
    list_filter = ["live", "has_unpublished_changes", "locale"]
    search_fields = ["name", "introduction", "slug"]
    inspect_view_fields = ["name", "slug", "introduction", "sort_order", "live", "last_published_at"]
    panels = [
        MultiFieldPanel([*name_and_slug(), FieldPanel("introduction")], heading=_("What customers read")),
        FieldPanel("sort_order"),
        PublishingPanel(),
    ]


class FAQs(_Snippets):
    """Questions and answers."""

    model = FAQ
    icon = "help"
    menu_label = _("FAQs")
    list_display = ["question", "group", "subject", "sort_order", LocaleColumn(), STATUS, CHANGED]
    list_filter = ["live", "has_unpublished_changes", "group", "subject", "locale"]
    list_export = ["question", "answer", "group", "subject", "live"]
    search_fields = ["question", "answer"]
    shown = ("group", "subject", "locale")
    inspect_view_fields = ["question", "answer", "group", "subject", "sort_order", "live", "last_published_at"]
    panels = [
        MultiFieldPanel([FieldPanel("question"), FieldPanel("answer")], heading=_("What customers read")),
        MultiFieldPanel(
            [FieldPanel("group"), FieldPanel("subject"), FieldPanel("sort_order")], heading=_("Where it stands")
        ),
        PublishingPanel(),
    ]


class Catalogue(SnippetViewSetGroup):
    """One menu entry for what the shop repairs and says."""

    menu_label = _("Catalogue")
    menu_icon = "clipboard-list"
    menu_order = 150
    items = (Subjects, RepairTypes, CommonIssues, FAQGroups, FAQs)
