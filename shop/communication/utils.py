"""Oscar says nothing by itself: the post room is the only voice."""

from typing import Any

from oscar.apps.communication import utils


class Dispatcher(utils.Dispatcher):
    def send_email_messages(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is sent."""

    def send_text_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is sent."""

    def notify_user(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is noted."""

    def create_email(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is kept."""
