"""What every environment shares. Values that differ come from the environment; `.env.example` lists them all."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from site_config.settings.accounts import *  # noqa: F403
from site_config.settings.apps import *  # noqa: F403
from site_config.settings.environment import (  # noqa: F401 - DEMO_PACK is read as a setting
    BASE_DIR,
    DEMO_PACK,
    PUBLIC_ORIGIN,
    VAR_DIR,
    env,
)
from site_config.settings.frontends import *  # noqa: F403
from site_config.settings.oscar import *  # noqa: F403
from site_config.settings.providers import *  # noqa: F403
from site_config.settings.security import *  # noqa: F403

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_ID = 1

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'mendwell.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE removes "database is locked" under parallel writers, WAL makes them fast; both are needed.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

REDIS_URL = env("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    )
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en-gb", _("English")), ("pt-br", _("Portuguese (Brazil)"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
WAGTAIL_I18N_ENABLED = True
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False  # a translation begins as a draft (cms/translations/)
PHONENUMBER_DEFAULT_REGION = env("PHONE_REGION", default="GB")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Customers' pictures and papers: outside the media folder, so that no address leads to them (repairs/photos/).
STORAGES["private"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": VAR_DIR / "private", "base_url": None},
}
if env("S3_BUCKET", default=""):
    STORAGES["default"] = STORAGES["private"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("S3_BUCKET"),
            "endpoint_url": env("S3_ENDPOINT_URL", default=None),
            "access_key": env("S3_ACCESS_KEY", default=None),
            "secret_key": env("S3_SECRET_KEY", default=None),
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # a page of the price table has 1,515 cells
# One form with files at most; nginx says the same (deploy/nginx.conf).
UPLOAD_BYTES = env.int("UPLOAD_MB", default=64) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "repairs.photos.bounds.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Pictures that customers and staff send (repairs/photos/); sizes in bytes as they were sent.
PHOTO_LIMITS = {
    "file_bytes": env.int("PHOTO_FILE_MB", default=10) * 1024 * 1024,
    "files": env.int("PHOTO_FILES", default=10),  # of one thing in a booking
    "batch_bytes": env.int("PHOTO_TOTAL_MB", default=50) * 1024 * 1024,
    "job_files": env.int("PHOTO_JOB_FILES", default=60),
    "pixels": env.int("PHOTO_MEGAPIXELS", default=50) * 1_000_000,
    "unused_days": env.int("PHOTO_UNUSED_DAYS", default=45),  # longer than an unfinished booking is kept
}

# Wagtail
WAGTAIL_SITE_NAME = "Mendwell"
WAGTAILADMIN_BASE_URL = PUBLIC_ORIGIN
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILAPI_RICH_TEXT_FORMAT = "html"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.problem",
    "DEFAULT_THROTTLE_CLASSES": [],
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Mendwell API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Price, book, pay for and follow a repair.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["api.schema.only_ours"],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.schema.finish"],
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}
# Other origins whose browser pages may call the API (never with cookies), and come back from a payment; those of
# FRONTENDS may without being named here.
ALLOWED_ORIGINS: list[str] = env.list("ALLOWED_ORIGINS", default=[])
# Requests from one address (or one logged-in person); "" switches a limit off.
API_RATES = {
    "reads": env("API_RATE_READS", default="600/min"),
    "writes": env("API_RATE_WRITES", default="120/min"),
    "orders": env("API_RATE_ORDERS", default="30/min"),
    "lookups": env("API_RATE_LOOKUPS", default="120/min"),
    "pictures": env("API_RATE_PICTURES", default="60/min"),
}
# Tracking links that open nothing, and askings for a new link, from one address; "" switches the limit off.
TRACK_RATE = env("TRACK_RATE", default="30/min")

# Wrong tries an hour from one address or one person before we stop answering; 0 switches a limit off.
GUESSES_PER_HOUR = {
    "demo": 600,
    "vouchers": env.int("VOUCHER_GUESSES", default=10),
    "drafts": env.int("DRAFT_GUESSES", default=60),
    "draft_mails": env.int("DRAFT_MAILS", default=5),
    "photos": env.int("PHOTOS_PER_HOUR", default=300),
    # Bookings begun by one person or from one address: each is a row that is kept for DRAFT_DAYS. A whole street may
    # share the address of a mobile network, so it is far above what people do and far below what fills a table.
    "new_drafts": env.int("DRAFTS_PER_HOUR", default=120),
}

# Answers to an editor's form (cms/forms/answering.py): most an hour from one address (0: no limit), and the days
# that they are kept (0: for ever).
FORM_ANSWERS_PER_HOUR = env.int("FORM_ANSWERS_PER_HOUR", default=20)
FORM_ANSWER_DAYS = env.int("FORM_ANSWER_DAYS", default=365)

# Outgoing webhooks (notifications/systems/): days for which the log of calls is kept (0: for ever), and hosts that may
# be called although they are not public, also without https. Every other call goes to a public address.
WEBHOOK_LOG_DAYS = env.int("WEBHOOK_LOG_DAYS", default=30)
WEBHOOK_PRIVATE_HOSTS: list[str] = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])

# Days after which an unfinished booking that nobody touched is forgotten, with its photos.
DRAFT_DAYS = env.int("DRAFT_DAYS", default=30)

# Work that waits: always the database as broker, because the Redis broker loses tasks.
Q_CLUSTER = {
    "name": "mendwell",
    "workers": env.int("WORKERS", default=2),
    "timeout": 60,
    "retry": 90,
    "max_attempts": 3,
    "orm": "default",
    "poll": 0.5,
    "catch_up": False,
    "ack_failures": False,
    "save_limit": 1000,
    "label": "Work queue",
}
TASKS = {"default": {"BACKEND": "notifications.task_backend.Q2Backend"}}
# What the worker does by the clock, each minute unless said; notifications/schedules.py writes the rows.
SCHEDULES: dict[str, dict[str, Any]] = {
    "drain": {"func": "notifications.tasks.drain"},
    "call webhooks": {"func": "notifications.systems.deliveries.drain"},
    "publish scheduled pages": {"func": "django.core.management.call_command", "args": ("publish_scheduled",)},
    "release unpaid orders": {
        "func": "notifications.tasks.run_at_now",
        "args": ("shop.payments.release.release_unpaid",),
    },
    "sweep payments": {"func": "notifications.tasks.run_at_now", "args": ("shop.payments.sweep.run",)},
    "look up open payments": {
        "func": "notifications.tasks.run_at_now",
        "args": ("shop.payments.sweep.look_up_open",),
        "minutes": 60 * 24,
    },
    "compare with providers": {
        "func": "notifications.tasks.run_at_now",
        "args": ("shop.payments.sweep.compare_days",),
        "minutes": 60 * 24,
    },
    "sweep photos": {"func": "notifications.tasks.run_at_now", "args": ("repairs.photos.prune",), "minutes": 60 * 24},
    "forget imported files": {"func": "catalogue_import.tasks.forget", "minutes": 60 * 24},
    "forget kept API answers": {"func": "api.idempotency.prune", "minutes": 60},
    "forget old sessions": {
        "func": "django.core.management.call_command",
        "args": ("clearsessions",),
        "minutes": 60 * 24,
    },
    "forget old form answers": {
        "func": "notifications.tasks.run_at_now",
        "args": ("cms.forms.pruning.prune",),
        "minutes": 60 * 24,
    },
    "forget old drafts": {
        "func": "notifications.tasks.run_at_now",
        "args": ("shop.drafts.prune",),
        "minutes": 60,
    },
    "forget old webhook calls": {
        "func": "notifications.tasks.run_at_now",
        "args": ("notifications.systems.deliveries.prune",),
        "minutes": 60 * 24,
    },
    "forget old previews": {
        "func": "notifications.tasks.run_at_now",
        "args": ("cms.previews.tokens.prune",),
        "minutes": 10,
    },
}

# The page cache around Django (site_config/page_cache.py). Paths are written without a language in front: those that
# are public whatever they answer, those that are never kept, and the only query keys that may tell two answers apart.
# Any other path may be a page of an editor, and is kept when its answer says by X-Cache-Until that it is public.
PAGE_CACHE = env.bool("PAGE_CACHE", default=True)
PAGE_CACHE_PATHS = ("/", "/prices/", "/services/", "/sitemap.xml", "/robots.txt", "/llms.txt")
PAGE_CACHE_PREFIXES = (
    "/devices/",
    "/repairs/",
    "/api/v1/device-categories/",
    "/api/v1/devices/",
    "/api/v1/repair-types/",
    "/api/v1/faqs/",
    "/api/v1/forms/",
    "/api/v1/add-ons/",
    "/api/v1/pages/",
    "/api/v1/redirects/",
    "/api/v1/site/",
    "/api/v1/sitemap/",
)
PAGE_CACHE_PRIVATE = (
    "/-/", "/.well-known/", "/_allauth/", "/_util/", "/account/", "/accounts/", "/api/", "/basket/", "/bench/",
    "/book/", "/checkout/", "/cms/", "/csrf", "/currency/", "/dashboard/", "/demo/", "/django-admin/",
    "/documents/", "/favicon.ico", "/find/", "/healthz", "/i18n/", "/live/", "/media/", "/notifications/",
    "/payments/", "/preview-client/", "/quotes/", "/readyz", "/static/", "/track/", "/visitor/", "/ws/",
)  # fmt: skip
PAGE_CACHE_QUERY = (
    "brand", "category", "condition", "currency", "device", "device_category", "family", "group", "limit", "locale",
    "offset", "ordering", "page", "page_size", "part_grade", "path", "repair_type", "service_type", "subject",
    "urgency", "year", "year_from", "year_to",
)  # fmt: skip
CURRENCY_COOKIE_NAME = "currency"
PAGE_CACHE_BYPASS_COOKIES = ("sessionid", OSCAR_BASKET_COOKIE_OPEN, "messages")  # noqa: F405

# What happens after an event: a table of dotted names, checked at start.
FOLLOWUPS = "site_config.followups.AFTER"
DEMO = False  # opens /demo/: the inbox, the demo bank, the component page
ALLOW_STAND_INS = True

LOG_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "notifications.card_numbers.MaskedFormatter", "format": LOG_LINE}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
