"""Pages that editors write."""

import time

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index
from wagtail_headless_preview.models import HeadlessPreviewMixin

from cms.models.faq import FAQ
from cms.versions import BumpsContent


class HomePage(BumpsContent, HeadlessPreviewMixin, Page):
    """The shop window: the promise, the device search, what it costs, how it goes."""

    headline = models.CharField(_("headline"), max_length=120)
    introduction = models.CharField(_("introduction"), max_length=250, blank=True)
    trust_line = models.CharField(_("trust line"), max_length=160, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("trust_line"),
    ]
    api_fields = [
        APIField("headline", writable=True),
        APIField("introduction", writable=True),
        APIField("trust_line", writable=True),
    ]
    search_fields = [*Page.search_fields, index.SearchField("headline"), index.SearchField("introduction")]
    max_count_per_parent = 1
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("home page")

    def serve(self, request, *args, **kwargs):  # type: ignore[no-untyped-def]
        response = super().serve(request, *args, **kwargs)
        # It shows prices, and those may begin and end by the clock: the page cache asks again each minute.
        response["X-Cache-Until"] = str(time.time() + 60)
        return response

    def get_context(self, request, *args, **kwargs):  # type: ignore[no-untyped-def]
        context = super().get_context(request, *args, **kwargs)
        context["faqs"] = list(FAQ.objects.filter(live=True, subject=None, locale_id=self.locale_id)[:8])
        return context


class ContentPage(BumpsContent, HeadlessPreviewMixin, Page):
    """A page of words: about us, terms, privacy."""

    introduction = models.CharField(_("introduction"), max_length=250, blank=True)
    body = RichTextField(_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    api_fields = [APIField("introduction", writable=True), APIField("body", writable=True)]
    search_fields = [*Page.search_fields, index.SearchField("introduction"), index.SearchField("body")]
    template = "cms/content_page.html"

    class Meta:
        verbose_name = _("content page")
