"""GET site: the shop's settings and menus by themselves, for what a frontend draws around every page."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.schema import operation
from api.v1 import site_shapes
from api.v1.content_views import ContentView, LocaleAsk


class SiteNow(ContentView):
    """The site."""

    @operation(
        name="site",
        summary="The shop: settings and menus",
        tag="content",
        query=LocaleAsk,
        answer=site_shapes.SiteShape,
        shown=site_shapes.SHOWN,
    )
    def get(self, request: Request) -> Response:
        """The same as `site` in each page."""
        roots = self.paths.roots
        code = self.asked(LocaleAsk).get("locale") or (roots[0].code if roots else "")
        if code:
            self.speak(code)
        return Response(site_shapes.printed(self.site, self.paths, self.http))
