"""The rules of booking as data: a site changes them without a line of code."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.versions import Scope, bump


class BookingPolicy(models.Model):
    """The rules in force from a moment on. A new row replaces the old one; old rows explain old bookings."""

    class Mode(models.TextChoices):
        INSTANT = "instant", _("Customers take a free time at once")
        REQUEST = "request", _("Customers ask for a time, staff confirm")

    site = models.ForeignKey("wagtailcore.Site", models.PROTECT, related_name="+")
    valid_from = models.DateTimeField(_("valid from"))
    mode = models.CharField(_("booking mode"), max_length=10, choices=Mode, default=Mode.INSTANT)
    visit_minutes = models.PositiveSmallIntegerField(
        _("length of a visit in minutes"), default=30, help_text=_("A multiple of 15; also the step between starts.")
    )
    lead_minutes = models.PositiveIntegerField(_("shortest notice in minutes"), default=60)
    horizon_days = models.PositiveSmallIntegerField(_("bookable days ahead"), default=28)
    hold_minutes = models.PositiveSmallIntegerField(_("minutes a chosen time is kept"), default=15)
    unpaid_minutes = models.PositiveIntegerField(_("minutes an unpaid order is kept"), default=60)
    reschedule_notice_minutes = models.PositiveIntegerField(_("notice to move a visit, in minutes"), default=120)
    cancel_notice_minutes = models.PositiveIntegerField(_("notice to cancel, in minutes"), default=1440)
    max_active_bookings = models.PositiveSmallIntegerField(_("open bookings per customer"), default=10)

    class Meta:
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["site", "valid_from"], name="one_policy_per_moment"),
            models.CheckConstraint(condition=models.Q(visit_minutes__gte=15), name="visit_is_a_cell_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.site} from {self.valid_from:%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        super().clean()
        if self.visit_minutes and self.visit_minutes % 15:
            raise ValidationError({"visit_minutes": _("Use a multiple of 15 minutes.")})

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)

    def delete(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        deleted = super().delete(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)
        return deleted


class OpeningHours(models.Model):
    """A span of one weekday, in the shop's own time zone. Two rows make a lunch break."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["site", "weekday", "opens"], name="one_span_per_start"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)

    def delete(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        deleted = super().delete(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)
        return deleted


class Closure(models.Model):
    """A day on which the shop stays shut."""

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="closures")
    date = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("closed day")
        verbose_name_plural = _("closed days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["site", "date"], name="one_closure_per_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.reason}".strip()

    def save(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().save(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)

    def delete(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        deleted = super().delete(*args, **kwargs)
        bump(Scope.POLICIES, site_id=self.site_id)
        return deleted
