"""Forms that editors put together: contact, call back. Answers are kept, mailed to the shop and exported."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField, AbstractFormSubmission
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.models import TranslatableMixin
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from cms.forms import answering
from cms.forms.fields import TRAP, Builder
from cms.models.pages import PublicPage
from notifications.masked_fields import MaskedJSONField

SENT = "sent"


class FormAnswer(AbstractFormSubmission):
    """What somebody wrote. A suspected one is kept and shown, but not mailed."""

    form_data = MaskedJSONField(encoder=DjangoJSONEncoder)
    suspected = models.BooleanField(_("looks like spam"), default=False)
    digest = models.CharField(max_length=64, help_text="Of page and answers: the same words twice are kept once.")

    class Meta:
        verbose_name = _("answer")
        constraints = [models.UniqueConstraint(fields=["page", "digest"], name="one_answer_of_the_same_words")]

    def get_data(self) -> dict[str, Any]:
        """Wagtail's, with whether it looks like spam; for the list and the export."""
        return {**super().get_data(), "suspected": translated("Yes") if self.suspected else ""}


class FormField(TranslatableMixin, AbstractFormField):
    """One field of a form. In every language its answers are kept under the same name."""

    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")
    override_translatable_fields = [SynchronizedField("clean_name", overridable=False)]

    class Meta(TranslatableMixin.Meta, AbstractFormField.Meta):
        abstract = False


class FormPage(AbstractForm, PublicPage):
    """A page with a form. The same form may stand in a block of other pages."""

    thank_you = models.CharField(
        _("thank you"), max_length=250, default=_("Thank you. We answer within one working day.")
    )
    button = models.CharField(_("words on the button"), max_length=40, default=_("Send"))
    mail_to = models.EmailField(_("answers go to"), blank=True, help_text=_("Empty: the e-mail address of the shop."))
    show_visit = models.BooleanField(_("show address, hours and map beside it"), default=True)

    content_panels = [
        *PublicPage.content_panels,
        FormSubmissionsPanel(),
        InlinePanel("form_fields", label=_("Field"), heading=_("Fields"), min_num=1, max_num=15),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("button"), FieldPanel("mail_to")]), FieldPanel("thank_you")],
            heading=_("Sending"),
        ),
        FieldPanel("show_visit"),
    ]
    api_fields = [*PublicPage.api_fields, APIField("thank_you", writable=True), APIField("button", writable=True)]
    template = "cms/form_page.html"
    landing_page_template = "cms/form_sent.html"
    page_description = _("A form, such as contact or call back.")
    subpage_types: list[str] = []
    form_builder = Builder
    trap = TRAP

    class Meta:
        verbose_name = _("form page")

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """The form, its thank-you, and the form in each frontend."""
        return [*AbstractForm.preview_modes, *self.frontend_modes]

    def get_submission_class(self) -> type[FormAnswer]:
        return FormAnswer

    def get_submissions_list_view_class(self) -> Any:
        # By name: views of the admin cannot be imported before all models are there.
        return import_string("cms.forms.listing.AnswersList")

    def get_data_fields(self) -> list[tuple[str, Any]]:
        """Columns of the list and the export: when, whether it looks like spam, then the form's own."""
        when, *fields = super().get_data_fields()
        return [when, ("suspected", _("Looks like spam")), *fields]

    def get_form(self, *args: Any, **kwargs: Any) -> forms.Form:
        """The form itself, with ids of its own: it may stand beside another one on a page."""
        form: forms.Form = super().get_form(*args, **{"auto_id": f"form{self.pk}_%s", **kwargs})
        return form

    @property
    def blank_form(self) -> forms.Form:
        """The form as it stands on a page before anybody wrote into it."""
        return self.get_form()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """The page, and below it the address of its thank-you."""
        if self.live and path_components == [SENT]:
            return RouteResult(self, kwargs={"sent": True})
        found: RouteResult = super().route(request, path_components)
        return found

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form, its thank-you, or what becomes of a post (the address of the page takes it without a token)."""
        if request.method == "POST" and not kwargs.get("sent"):
            return self.receive(request)
        return PublicPage.serve(self, request, *args, **kwargs)

    def receive(self, request: HttpRequest) -> HttpResponse:
        """Take a post: on to the thank-you, or the form again with its faults and all that was typed."""
        ours = answering.comes_from_us(request)
        if ours is False:
            raise PermissionDenied(translated("This form can only be sent from its own page."))
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > answering.MOST_BYTES:
            form = self.get_form({})
            form.errors.clear()  # not looked at
            form.add_error(None, translated("That is more text than we can take. Please write it shorter."))
            return self.again(request, form, status=413)
        address = str(get_adapter(request).get_client_ip(request))
        try:
            answering.answer_form(
                page=self, values=request.POST, address=address, at=timezone.now(), suspected=ours is None
            )
        except answering.AnswerNotGood as refusal:
            return self.again(request, refusal.form, status=200)
        except answering.TooManyAnswers as refusal:
            form = self.get_form(request.POST)
            form.add_error(None, str(refusal))
            return self.again(request, form, status=429)
        return redirect(f"{self.get_url(request)}{SENT}/")

    def again(self, request: HttpRequest, form: forms.Form, *, status: int) -> HttpResponse:
        """The page with a form that was sent; nobody keeps it."""
        context = self.get_context(request, form=form)
        response = TemplateResponse(request, self.get_template(request), context, status=status)
        response["Cache-Control"] = "private, no-store"
        if status == 429:
            response["Retry-After"] = str(answering.HOUR)
        return response

    def get_template(self, request: HttpRequest, *args: Any, sent: bool = False, **kwargs: Any) -> str:
        return self.landing_page_template if sent else self.template

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        given = kwargs.pop("form", None)
        kwargs.pop("sent", None)
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "form": given or self.get_form()}
