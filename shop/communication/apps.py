"""Our redirections of Oscar's communication app. No field of its models is changed."""

from oscar.apps.communication import apps


class CommunicationConfig(apps.CommunicationConfig):
    name = "shop.communication"
