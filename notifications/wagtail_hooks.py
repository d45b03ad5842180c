"""Outgoing webhooks in Wagtail's admin: who is called, whether it works, and the log. For owners only."""

import json
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from notifications.models import Delivery, Webhook
from notifications.systems import calling, webhooks


class WebhookForm(forms.ModelForm):
    """Where calls go and what of; the secret is made by us and never shown here."""

    kinds = forms.MultipleChoiceField(
        choices=list(webhooks.KINDS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("What it is told of"),
        help_text=_("None ticked: of everything."),
    )

    class Meta:
        model = Webhook
        fields: ClassVar = ["site", "name", "url", "kinds", "active"]

    def clean_url(self) -> str:
        """An address that could be called; whether it is a public one is looked at with each call."""
        url: str = self.cleaned_data["url"]
        try:
            calling.check(url)
        except calling.NotAllowed as error:
            raise ValidationError(str(error)) from error
        return url


def show_secret(request: HttpRequest, webhook: Webhook) -> None:
    """Tell the secret, this once."""
    words = translated("The secret of %(name)s is %(secret)s. Copy it now: it is not shown again.")
    messages.warning(request, words % {"name": webhook.name, "secret": webhook.secret})


class AddWebhook(generic.CreateView):
    """A new webhook gets its secret here, and shows it once."""

    def save_instance(self) -> Any:
        self.form.instance.secret = webhooks.new_secret()
        made = super().save_instance()
        show_secret(self.request, made)
        return made


class EditWebhook(generic.EditView):
    """What can be done with a webhook stands in its menu."""

    @property
    def header_more_buttons(self) -> list[Button]:
        """Wagtail's, the log, a test call, another secret."""
        mine = [self.object.pk]
        log = f"{reverse('webhook_calls:index')}?webhook={self.object.pk}"
        test, secret = reverse("webhooks:test", args=mine), reverse("webhooks:secret", args=mine)
        return [
            *super().header_more_buttons,
            Button(_("Log of its calls"), url=log, icon_name="list-ul", priority=30),
            Button(_("Send a test call"), url=test, icon_name="mail", priority=40),
            Button(_("Make a new secret"), url=secret, icon_name="key", priority=50),
        ]


class Confirmed(PermissionCheckedMixin, BaseObjectMixin, WagtailAdminTemplateMixin, generic.base.View):
    """Something that is asked before it is done."""

    template_name = "wagtailadmin/mendwell/confirm_webhook.html"
    any_permission_required: ClassVar = ["add", "change"]
    header_icon = "globe"
    words: Any = ""
    button: Any = ""
    back_url_name = "webhooks:edit"

    def back(self) -> str:
        """Where people go afterwards."""
        return reverse(self.back_url_name, args=[self.object.pk])

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        more = {"words": self.words, "button": self.button, "back": self.back()}
        return self.render_to_response(self.get_context_data(**more))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Do it."""
        self.do()
        return redirect(self.back())

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def do(self) -> None:
        """What is asked."""
        raise NotImplementedError


class TestCall(Confirmed):
    """A call that only says that it is a test."""

    model = Webhook
    page_title = _("Send a test call")
    words = _("The address gets one signed call that says that it is a test. The log tells what it answered.")
    button = _("Send it")

    def do(self) -> None:
        webhooks.post_test(self.object, at=timezone.now())
        messages.success(self.request, translated("The test call is on its way. The log shows what came back."))

    def back(self) -> str:
        return f"{reverse('webhook_calls:index')}?webhook={self.object.pk}"


class NewSecret(Confirmed):
    """Another secret; the old one signs nothing more."""

    model = Webhook
    page_title = _("Make a new secret")
    words = _("From the next call on the new secret signs. Your frontend refuses calls until it knows it.")
    button = _("Make it")

    def do(self) -> None:
        self.object.secret = webhooks.new_secret()
        self.object.save(update_fields=["secret"])
        show_secret(self.request, self.object)


class SendAgain(Confirmed):
    """A call that is over, once more."""

    model = Delivery
    page_title = _("Send again")
    words = _("The same event is sent once more, with the same id. Calls that still wait are left alone.")
    button = _("Send it again")
    back_url_name = "webhook_calls:inspect"

    def do(self) -> None:
        webhooks.post_again(self.object, at=timezone.now())
        messages.success(self.request, translated("It is on its way again."))


class InspectCall(generic.InspectView):
    """One call, and the way to send it again."""

    @property
    def header_more_buttons(self) -> list[Button]:
        again = reverse("webhook_calls:again", args=[self.object.pk])
        return [Button(_("Send again"), url=again, icon_name="rotate", priority=10)]

    def get_body_display_value(self) -> Any:
        """The body as it is sent, but for the spaces."""
        return format_html("<pre>{}</pre>", json.dumps(self.object.body, indent=2, ensure_ascii=False))


class ReadOnly(ModelPermissionPolicy):
    """A log is written by the worker; people read it, those who may change webhooks."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and user.has_perm("notifications.change_webhook")

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(Delivery, ReadOnly(Delivery))


class Webhooks(ModelViewSet):
    """Who is called."""

    model = Webhook
    name = "webhooks"
    icon = "globe"
    menu_label = _("Webhooks")
    add_to_reference_index = False
    copy_view_enabled = False
    add_view_class = AddWebhook
    edit_view_class = EditWebhook
    list_display: ClassVar = ["name", "url", "site", BooleanColumn("active", label=_("Active"))]
    list_filter: ClassVar = ["site", "active"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return WebhookForm

    def get_urlpatterns(self) -> list[Any]:
        """Wagtail's, and what can be done with one."""
        return [
            *super().get_urlpatterns(),
            path("test/<int:pk>/", self.construct_view(TestCall), name="test"),
            path("secret/<int:pk>/", self.construct_view(NewSecret), name="secret"),
        ]


class Calls(ModelViewSet):
    """The log of calls."""

    model = Delivery
    name = "webhook_calls"
    icon = "history"
    menu_label = _("Webhook calls")
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = InspectCall
    form_fields: ClassVar[list[str]] = []
    list_display: ClassVar = [
        TitleColumn("kind", label=_("Kind"), url_name="webhook_calls:inspect"),
        "webhook",
        Column("get_status_display", label=_("Status")),
        "attempts",
        "answer_status",
        "error",
        "created_at",
    ]
    list_filter: ClassVar = ["webhook", "status", "kind"]
    inspect_view_fields: ClassVar = [
        "webhook", "event_id", "kind", "status", "attempts", "answer_status", "error", "created_at", "send_after",
        "sent_at", "body",
    ]  # fmt: skip

    def get_urlpatterns(self) -> list[Any]:
        """Wagtail's, and sending again."""
        again = self.construct_view(SendAgain, permission_policy=ModelPermissionPolicy(Webhook))
        return [*super().get_urlpatterns(), path("again/<int:pk>/", again, name="again")]


class Connections(ModelViewSetGroup):
    """One entry in the menu for both."""

    items = (Webhooks, Calls)
    menu_label = _("Connections")
    menu_icon = "globe"
    menu_order = 900


@hooks.register("register_admin_viewset")
def connections() -> Connections:
    """Put the group into the admin's menu."""
    return Connections()
