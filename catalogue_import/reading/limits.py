"""What is refused at the door, in words. Every limit is far above what a shop's own list needs."""

from django.utils.translation import gettext as _

LARGEST_BYTES = 50_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_767  # characters, as a spreadsheet allows
LONGEST_RECORD = 2_000_000  # characters between two ends of a row; more is a quotation mark that never closes
MOST_LINES_IN_A_RECORD = 2_000
DEEPEST_JSON = 60
UNPACKED_BYTES = 400_000_000  # of a workbook
UNPACKED_RATIO = 200  # of a part of a workbook that is large at all
MOST_PARTS = 2_000


class FileNotReadable(Exception):
    """A file that is not taken at all; the text says why and what to do, for the person who sent it."""

    code = "file_not_readable"


def too_large(size: int) -> FileNotReadable:
    """The words for a file above the limit; bytes."""
    return FileNotReadable(
        _("The file has %(size)s MB; at most %(most)s MB are read. Split it, or leave out columns.")
        % {"size": size // 1_000_000, "most": LARGEST_BYTES // 1_000_000}
    )
