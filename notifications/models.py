"""Who we can write to, what we want to tell them, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from notifications.masked_fields import MaskedCharField, MaskedJSONField, MaskedTextField


class Contact(models.Model):
    """A person a site may write to. A guest is a contact without a user.

    A row is never rewritten by a later guest who types the same address: that would send one person's news to
    another person's telephone. Equal details share a row, other details make a new one, and a verified e-mail
    claims them all (`contacts.claim`).
    """

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="contacts")
    name = MaskedCharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Kept in lower case."))
    phone = PhoneNumberField(_("telephone"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "email", "phone", "name", "language"],
                condition=models.Q(user=None),
                name="one_row_per_guest_details",
            ),
            models.CheckConstraint(condition=~models.Q(email="") | ~models.Q(phone=""), name="contact_can_be_reached"),
        ]
        indexes = [models.Index(fields=["site", "email"])]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message on one channel to one address: the outbox and, once sent, the log of it."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        PUSH = "push", _("Push")
        INAPP = "inapp", _("In the portal")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="messages")
    kind = models.CharField(max_length=60, help_text=_("Dotted, as in notifications/kinds.py."))
    channel = models.CharField(max_length=10, choices=Channel)
    to = models.CharField(max_length=254, help_text=_("The address, frozen when the message was posted."))
    language = models.CharField(max_length=10)
    context = MaskedJSONField(default=dict, help_text=_("The facts, frozen when the message was posted."))
    attachments = models.JSONField(
        default=list,
        blank=True,
        help_text=_("Files that go with a mail, each as notifications/attachments.py names it."),
    )
    dedupe_key = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    subject = MaskedCharField(max_length=300, blank=True)
    text = MaskedTextField(blank=True)
    html = MaskedTextField(blank=True)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["send_after"],
                condition=models.Q(status__in=["queued", "sending"]),
                name="message_due",
            ),
            models.Index(fields=["site", "-created_at"]),
            models.Index(fields=["provider", "provider_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.channel} to {self.to}"


class Receipt(models.Model):
    """What a provider told us later about one message; kept once for each of its event ids."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="receipts")
    status = models.CharField(max_length=20)
    detail = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="receipt_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class Preference(models.Model):
    """What a person with a log-in wants to hear on a channel. Receipts and security mail are not asked about."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("News of a repair")
        MARKETING = "marketing", _("Offers and tips")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preferences")
    purpose = models.CharField(max_length=10, choices=Purpose)
    channel = models.CharField(max_length=10, choices=Message.Channel)
    allowed = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "purpose", "channel"], name="one_preference_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}: {self.allowed}"


class Resending(models.Model):
    """Somebody sent a failed message again: who, when, and what had become of it until then."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="resendings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    provider_id = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.message_id} again at {self.at}"


class Webhook(models.Model):
    """An address of somebody else that is told what changed. Its secret signs each call."""

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+", verbose_name=_("site"))
    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=300)
    secret = models.CharField(_("secret"), max_length=80, help_text=_("Your frontend checks the signature with it."))
    kinds = models.JSONField(_("kinds"), default=list, blank=True, help_text=_("Empty: all of them."))
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("outgoing webhook")
        verbose_name_plural = _("outgoing webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One call to a webhook: what was sent, how often it was tried, what came back."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("On its way")
        SENT = "sent", _("Taken")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event_id = models.UUIDField(_("event"))
    kind = models.CharField(_("kind"), max_length=60)
    body = models.JSONField()
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    send_after = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True)
    error = models.CharField(_("what came back"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("when"))
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="one_call_per_event")]
        indexes = [models.Index(fields=["send_after"], condition=models.Q(status="queued"), name="calls_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook}"
