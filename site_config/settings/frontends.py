"""Frontends elsewhere: where editors look at drafts in them, and where a headless-only site sends its visitors."""

from typing import Any

from site_config.settings.environment import env

# By host name of the site ("default": every site that is not named), in the order in which editors are offered them:
# {"shop.example.com": [{"NAME": "Website", "PREVIEW_URL": "https://www.example.com/preview/",
#                        "URL": "https://www.example.com", "SERVED_HERE": ["/track/", "/checkout/"]}]}
# PREVIEW_URL gets ?token=&content_type= added and may begin with "/" when this server answers it. URL is where the
# same paths are found as here; the first frontend with one is where a headless-only site sends people. SERVED_HERE
# names beginnings of paths that this frontend has no route for. No editor can name another address.
FRONTENDS: dict[str, list[dict[str, Any]]] = env.json("FRONTENDS", default={})

# For how long a frontend may show the draft that an editor opened in it.
PREVIEW_MINUTES = env.int("PREVIEW_MINUTES", default=30)

# The small frontend at /preview-client/ that shows pages, devices and drafts from the API alone.
PREVIEW_CLIENT = env.bool("PREVIEW_CLIENT", default=False)
OUR_CLIENT = {"default": [{"NAME": "Preview client", "PREVIEW_URL": "/preview-client/", "URL": "/preview-client"}]}
FRONTENDS = FRONTENDS or (OUR_CLIENT if PREVIEW_CLIENT else {})
