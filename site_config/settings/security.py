"""What a browser may load, frame, send to and use on our pages: Content-Security-Policy, Permissions-Policy.

The public pages are kept as they are for everybody, so there is no nonce: what a page runs or looks like comes from
files. `site_config/policy.py` writes the headers; a view adds to them for its page (`shop/checkout/page_policy.py`).
"""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from site_config.settings.environment import PUBLIC_ORIGIN, env
from site_config.settings.frontends import FRONTENDS


def origin(address: str) -> str:
    """Scheme and host of an address; empty for a path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def bucket_origins(bucket: str, endpoint: str, region: str) -> list[str]:
    """Where the signed addresses of pictures in a bucket lead, as boto3 makes them; nothing without a bucket."""
    if not bucket:
        return []
    if endpoint:
        return [origin(endpoint)]
    hosts = ["s3.amazonaws.com", *([f"s3.{region}.amazonaws.com"] if region else [])]
    # A name with dots does not fit into a certificate, so it stands in the path.
    return [f"https://{host}" if "." in bucket else f"https://{bucket}.{host}" for host in hosts]


PICTURES = [
    PUBLIC_ORIGIN,  # letters in the inbox and answers of the API name pictures by their whole address
    *bucket_origins(
        env("S3_BUCKET", default=""), env("S3_ENDPOINT_URL", default=""), env("AWS_DEFAULT_REGION", default="")
    ),
    *env.list("CSP_EXTRA_IMG", default=[]),
]
# A form here may lead on to the frontend of a headless-only site: chromium asks form-action about redirects too.
ELSEWHERE = sorted({origin(one.get("URL", "")) for entries in FRONTENDS.values() for one in entries} - {""})

# Django 6 calls the inner table SECURE_CSP.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *PICTURES],  # blob: pictures that are about to be sent
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *ELSEWHERE],
        "frame-ancestors": [SELF],
    }
}
# Where others' pages need more than ours, by the beginning of the path. The first that fits counts.
CONTENT_SECURITY_POLICY_AREAS: dict[str, dict[str, list[str]]] = {
    # Wagtail's editor and Oscar's dashboard have scripts and styles inside their pages. Only staff gets there.
    "/cms/": {"script-src": [SELF, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]},
    "/dashboard/": {"script-src": [SELF, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]},
    "/api/docs/": {"style-src": [SELF, UNSAFE_INLINE]},  # a block in the head of Swagger's page
    # A letter brings its own styles; the frame that shows it has no script, and inherits what the page may do.
    "/bench/messages/": {"style-src": [SELF, UNSAFE_INLINE]},
    "/demo/inbox/": {"style-src": [SELF, UNSAFE_INLINE]},
    # The demo bank sends its visitors back to whom they came from.
    "/demo/pay/": {"form-action": [SELF, *ELSEWHERE, *env.list("ALLOWED_ORIGINS", default=[])]},
}

# Features of the browser, and who may use them. Photos come through the file field, which needs no camera of ours.
PERMISSIONS_POLICY: dict[str, str] = {
    "camera": "()",
    "display-capture": "()",
    "geolocation": "()",
    "microphone": "()",
    "payment": "()",
    "usb": "()",
}
# Referrer-Policy same-origin, Cross-Origin-Opener-Policy same-origin and X-Content-Type-Options nosniff are Django's.
