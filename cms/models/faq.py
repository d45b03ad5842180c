"""Questions customers ask, with the answers of the house."""

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from cms.versions import BumpsContent


class FAQ(
    BumpsContent,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """One question and its answer, in one language."""

    question = models.CharField(_("question"), max_length=200)
    answer = RichTextField(_("answer"), features=["bold", "italic", "link", "ol", "ul"])
    subject = models.ForeignKey(
        "cms.Subject",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="faqs",
        verbose_name=_("about"),
        help_text=_("Shown on the pages of this device and of everything below it; empty: a question about the shop."),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="faq")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="faq",
        for_concrete_model=False,
    )

    panels = [
        FieldPanel("question"),
        FieldPanel("answer"),
        FieldPanel("subject"),
        FieldPanel("sort_order"),
        PublishingPanel(),
    ]
    search_fields = [
        index.SearchField("question", boost=2),
        index.AutocompleteField("question"),
        index.SearchField("answer"),
        index.FilterField("live"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("FAQ")
        verbose_name_plural = _("FAQs")
        ordering = ["sort_order", "question"]

    def __str__(self) -> str:
        return self.question

    @property
    def revisions(self):  # type: ignore[no-untyped-def]
        return self._revisions

    def get_preview_template(self, request, mode_name):  # type: ignore[no-untyped-def]
        return "cms/faq_preview.html"
