"""Pages that editors write. Every public one has a head for search engines and is counted when it changes."""

import time
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from cms.blocks import RICH_TEXT, Body
from cms.models.faq import FAQ, FAQGroup
from cms.models.previews import FrontendPreviews, OnItsPage
from cms.previews.drafts import draft_of, with_draft
from cms.starters.home import of_a_home_page
from cms.translations.rights import PageRights
from cms.versions import BumpsContent

SECONDS_TRUE = 60
NO_PRIVATE_PAGES = "0.0"  # how many there are, and the newest: cms/sites.py reads it with the site
FIRST_QUESTIONS = 8


def _true_until(request: HttpRequest, response: Any) -> None:
    """Tell the page cache when to ask again: each minute, for a page may show free times, or when a price changes."""
    known = getattr(request, "facts_until", None)
    response["X-Cache-Until"] = str(min(time.time() + SECONDS_TRUE, known or float("inf")))


class PublicPage(BumpsContent, FrontendPreviews, Page):
    """What all pages have: an introduction, and what search engines and link previews are told."""

    introduction = models.CharField(
        _("introduction"), max_length=250, blank=True, help_text=_("One or two sentences below the title.")
    )
    share_image = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture for links"),
        help_text=_("Shown where somebody shares the address; at least 1200 by 630. Empty: that of the shop."),
    )
    hidden_from_search = models.BooleanField(
        _("keep out of search engines"),
        default=False,
        help_text=_("The page stays open to everybody with its address."),
    )
    canonical_address = models.URLField(
        _("canonical address"),
        blank=True,
        help_text=_("Only when the same text stands elsewhere and that page shall be found instead."),
    )

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel(
            [FieldPanel("share_image"), FieldPanel("hidden_from_search"), FieldPanel("canonical_address")],
            heading=_("Search engines and shared links"),
        ),
    ]
    api_fields = [APIField("introduction", writable=True), APIField("hidden_from_search", writable=True)]
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    parent_page_types = ["cms.HomePage", "cms.LandingPage"]

    class Meta:
        abstract = True

    @property
    def sections(self) -> StreamValue | None:
        """The blocks that the page is built from; None for a page that is not built from blocks."""
        found = getattr(self, "body", None)
        return found if isinstance(found, StreamValue) else None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Wagtail's own way; it also remembers when the site that was read for the request has no private page."""
        site = getattr(request, "_wagtail_site", None)
        self.nothing_is_private = getattr(site, "private_pages", "") == NO_PRIVATE_PAGES
        found: RouteResult = super().route(request, path_components)
        return found

    def permissions_for_user(self, user: Any) -> PageRights:
        """Wagtail's, where a translator leaves the originals alone."""
        return PageRights(user, self)

    def get_view_restrictions(self) -> Any:
        """Who may see it; without a statement when no page of the shop is private."""
        if getattr(self, "nothing_is_private", False):
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().serve(request, *args, **kwargs)
        if hasattr(response, "add_post_render_callback"):
            response.add_post_render_callback(partial(_true_until, request))
        return response


class HomePage(PublicPage):
    """The shop window: the promise and the device search, then what its editors put below."""

    headline = models.CharField(_("headline"), max_length=120)
    trust_line = models.CharField(_("trust line"), max_length=160, blank=True)
    body = StreamField(
        Body(),
        blank=True,
        verbose_name=_("sections"),
        help_text=_("Below the search. Empty: families, prices, steps, reasons, questions, hours and the last word."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("trust_line"),
        FieldPanel("body"),
    ]
    api_fields = [
        *PublicPage.api_fields,
        APIField("headline", writable=True),
        APIField("trust_line", writable=True),
        APIField("body", writable=True),
    ]
    search_fields = [*PublicPage.search_fields, index.SearchField("headline"), index.SearchField("body")]
    parent_page_types = ["wagtailcore.Page"]
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]  # it stands in no address
    template = "cms/home_page.html"
    page_description = _("The first page of a site.")

    class Meta:
        verbose_name = _("home page")

    @cached_property
    def sections(self) -> StreamValue:  # type: ignore[override]
        """Its blocks; while nobody has put any there, the usual ones with the first questions about the shop."""
        if self.body:
            return self.body
        asked = FAQ.objects.filter(live=True, subject=None, locale_id=self.locale_id)
        usual = of_a_home_page(faqs=list(asked.values_list("pk", flat=True)[:FIRST_QUESTIONS]))
        return StreamValue(self.body.stream_block, usual, is_lazy=True)


class ContentPage(PublicPage):
    """A page of words: terms, privacy, warranty."""

    body = RichTextField(_("text"), blank=True, features=RICH_TEXT)

    content_panels = [*PublicPage.content_panels, FieldPanel("body")]
    api_fields = [*PublicPage.api_fields, APIField("body", writable=True)]
    search_fields = [*PublicPage.search_fields, index.SearchField("body")]
    subpage_types: list[str] = []
    template = "cms/content_page.html"
    page_description = _("Plain text, such as terms or a privacy notice.")

    class Meta:
        verbose_name = _("text page")


class LandingPage(PublicPage):
    """A page of blocks: an offer, a neighbourhood, about us."""

    body = StreamField(Body(), blank=True, verbose_name=_("blocks"))

    content_panels = [*PublicPage.content_panels, FieldPanel("body")]
    api_fields = [*PublicPage.api_fields, APIField("body", writable=True)]
    search_fields = [*PublicPage.search_fields, index.SearchField("body")]
    template = "cms/landing_page.html"
    page_description = _("Built from blocks: an offer, a neighbourhood, about us.")

    class Meta:
        verbose_name = _("landing page")


class FAQPage(PublicPage):
    """Every question about the shop, group by group."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/faq_page.html"
    page_description = _("All questions and answers, group by group.")
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("FAQ page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The groups with their live questions about the shop; those without a group come last. One statement."""
        context = super().get_context(request, *args, **kwargs)
        asked = FAQ.objects.filter(live=True, locale_id=self.locale_id).filter(Q(subject=None) | Q(group__live=True))
        faqs = list(
            asked.select_related("group").order_by("group__sort_order", "group__name", "sort_order", "question")
        )
        draft, group = draft_of(request, FAQ), draft_of(request, FAQGroup)
        faqs = with_draft(request, faqs, FAQ, belongs=draft is not None and draft.subject_id is None)
        groups: dict[FAQGroup | None, list[FAQ]] = {group: []} if group is not None and not group.pk else {}
        for faq in faqs:
            here = group if group is not None and faq.group_id == group.pk else faq.group
            groups.setdefault(here if here and (here.live or here is group) else None, []).append(faq)
        loose = groups.pop(None, [])
        context["groups"] = [*groups.items(), *([(None, loose)] if loose else [])]
        context["faqs"] = [faq for _group, found in context["groups"] for faq in found]
        return context


class StorefrontPage(OnItsPage, PublicPage):
    """The words around a screen of the shop. Its slug is the screen's address, and the screen shows it."""

    class Screen(models.TextChoices):
        DEVICES = "devices", _("Find my device")
        PRICES = "prices", _("Price list")
        SERVICES = "services", _("Services")

    screen = models.CharField(_("screen"), max_length=20, choices=Screen)
    body = StreamField(Body(), blank=True, verbose_name=_("blocks below it"))

    content_panels = [*Page.content_panels, FieldPanel("screen"), FieldPanel("introduction"), FieldPanel("body")]
    api_fields = [
        *PublicPage.api_fields,
        APIField("screen", writable=True),
        APIField("body", writable=True),
    ]
    search_fields = [*PublicPage.search_fields, index.SearchField("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]  # the screen's address
    page_description = _("Title, introduction and blocks around the device search, the price list or the services.")

    class Meta:
        verbose_name = _("screen of the shop")

    def clean(self) -> None:
        super().clean()
        if self.screen and self.slug and self.slug != self.screen:
            raise ValidationError({"slug": _("It must be %(slug)s, the screen's address.") % {"slug": self.screen}})

    def preview_place(self) -> str:
        """The screen itself, in the language of these words."""
        code = self.locale.language_code
        return f"/{self.screen}/" if code == settings.LANGUAGE_CODE else f"/{code}/{self.screen}/"
