"""Our redirections of Oscar's partner app. No field of its models is changed."""

from oscar.apps.partner import apps


class PartnerConfig(apps.PartnerConfig):
    name = "shop.partner"
