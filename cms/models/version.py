"""The counter rows behind `cms/versions.py`."""

from django.db import models

from cms.versions import Scope


class Version(models.Model):
    """How often the public answers of one site changed, by scope. Written by `cms.versions.bump` only."""

    site = models.ForeignKey("wagtailcore.Site", models.CASCADE, related_name="+")
    scope = models.CharField(max_length=10, choices=Scope)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "scope"], name="one_version_per_site_and_scope")]

    def __str__(self) -> str:
        return f"{self.scope} {self.number}"
