"""Static files under names that carry their content, so that a browser keeps them for good."""

from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage

IMPORT = r"""(?P<matched>import(?P<names>\s*\{[^}]*\})\s*from\s*["'](?P<url>\./.*?)["'];)"""


class Storage(ManifestStaticFilesStorage):
    """Django's hashed names, inside the imports of our own modules too.

    Django's own switch for imports reads every package's scripts, and some of those cannot be read that way.
    """

    patterns = (
        *HashedFilesMixin.patterns,
        ("mendwell/js/*.js", ((IMPORT, 'import%(names)s from "%(url)s";'),)),
    )
