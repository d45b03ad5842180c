"""The pages that the stand-ins show people."""

from html import escape
from pathlib import Path
from string import Template

from tests.standins.wire import Response, page

FOLDER = Path(__file__).parent / "pages"


def show(name: str, *, title: str, padding: str = "2rem 1rem", **values: str) -> Response:
    """A page of the folder in its frame; values are escaped, those that end with _html are not."""
    safe = {key: value if key.endswith("_html") else escape(value, quote=True) for key, value in values.items()}
    safe |= {key.removesuffix("_html"): value for key, value in safe.items() if key.endswith("_html")}
    body = Template((FOLDER / name).read_text()).safe_substitute(safe)
    return page(Template((FOLDER / "page.html").read_text()).substitute(title=title, padding=padding, body=body))
