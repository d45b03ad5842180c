"""Everything the shop wrote to me, as it was sent."""

from typing import Any

from notifications.kinds import KINDS, title_of
from notifications.models import Message
from shop.portal import mine
from shop.portal.mine import Mine


class Messages(Mine):
    """My messages, newest first, each to be opened in its place."""

    template_name = "portal/messages.html"
    per_page = 20

    def facts(self, **named: Any) -> dict[str, Any]:
        """A page of messages. Two statements."""
        paged = self.paged(mine.sent(self.request.user, self.site).defer("html"))
        return paged | {"rows": [row_of(message) for message in paged["page_obj"]]}


def row_of(message: Message) -> dict[str, Any]:
    """A message as the page shows it. The text of security mail is not kept, and not shown where it is."""
    secret = message.kind in KINDS and KINDS[message.kind].secret
    return {
        "key": message.pk,
        "title": message.subject or title_of(message.kind, message.context),
        "channel": message.channel,
        "by": message.get_channel_display(),
        "to": message.to,
        "at": message.sent_at or message.created_at,
        "failed": message.status == Message.Status.FAILED,
        "text": "" if secret else message.text,
    }
