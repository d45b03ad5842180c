"""Questions customers ask, with the answers of the house."""

from urllib.parse import urlsplit

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import Page, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from cms.models.published import Published


class FAQGroup(Published, TranslatableMixin, index.Indexed, models.Model):
    """Questions that belong together, such as everything about paying."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("slug"), max_length=90, help_text=_("Its name in addresses and in the API; made from the name.")
    )
    introduction = models.CharField(
        _("introduction"), max_length=250, blank=True, help_text=_("A sentence below its name; it may stay empty.")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest stands first."))

    override_translatable_fields = [SynchronizedField("slug", overridable=False)]
    search_fields = [
        index.SearchField("name", boost=2),
        index.AutocompleteField("name"),
        index.FilterField("live"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("FAQ group")
        verbose_name_plural = _("FAQ groups")
        ordering = ["sort_order", "name"]
        unique_together = [("translation_key", "locale"), ("slug", "locale")]

    def __str__(self) -> str:
        return self.name

    def preview_place(self) -> str:
        """The page of all questions."""
        return page_of_questions()

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/faq_group_preview.html"


class FAQ(Published, TranslatableMixin, index.Indexed, models.Model):
    """One question and its answer, in one language."""

    question = models.CharField(
        _("question"), max_length=200, help_text=_("As customers ask it, such as How long does it take?")
    )
    answer = RichTextField(
        _("answer"),
        features=["bold", "italic", "link", "ol", "ul"],
        help_text=_("The answer first, the reasons after it. Search engines may show it as it stands."),
    )
    group = models.ForeignKey(
        FAQGroup,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="faqs",
        verbose_name=_("group"),
        help_text=_("Where it stands on the page of all questions; empty: at its end."),
    )
    subject = models.ForeignKey(
        "cms.Subject",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="faqs",
        verbose_name=_("about"),
        help_text=_("Shown on the pages of this device and of everything below it; empty: a question about the shop."),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest stands first."))

    override_translatable_fields = [SynchronizedField("subject", overridable=False)]
    search_fields = [
        index.SearchField("question", boost=2),
        index.AutocompleteField("question"),
        index.SearchField("answer"),
        index.FilterField("group_id"),
        index.FilterField("subject_id"),
        index.FilterField("live"),
        index.FilterField("locale"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("FAQ")
        verbose_name_plural = _("FAQs")
        ordering = ["sort_order", "question"]

    def __str__(self) -> str:
        return self.question

    def preview_place(self) -> str:
        """Where it will stand: with its device or kind, else on the page of all questions."""
        node = self.subject
        if node is None:
            return page_of_questions()
        return reverse("device" if node.kind == node.Kind.DEVICE else "kind", args=[node.slug])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "cms/faq_preview.html"


def page_of_questions() -> str:
    """The path of the live page of all questions; empty when there is none."""
    page = Page.objects.live().filter(content_type__app_label="cms", content_type__model="faqpage").first()
    url = page.get_url() if page else None
    return urlsplit(url).path if url else ""
