"""The web application as production serves it: the page cache, and Django behind it."""

import os

from django.core.wsgi import get_wsgi_application

from site_config.page_cache import PageCache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings.production")
application = PageCache(get_wsgi_application())
