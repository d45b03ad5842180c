"""Our redirections of Oscar's analytics app. No field of its models is changed."""

from oscar.apps.analytics import apps


class AnalyticsConfig(apps.AnalyticsConfig):
    name = "shop.analytics"

    def ready(self) -> None:
        """No receivers: they would write rows for every viewed product and every order inside our transaction."""
