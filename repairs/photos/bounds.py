"""How much somebody may send in one form, asked before a byte of it is written down."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Bounded(FileUploadHandler):
    """Stands before Django's own upload handlers and refuses a body that says it is longer than UPLOAD_BYTES.

    Without it a form with a file of any size would fill the disk while its CSRF token is looked for.
    """

    def handle_raw_input(
        self, input_data: IO[bytes], META: dict[str, str], content_length: int, boundary: str, encoding: Any = None
    ) -> None:
        """Raise RequestDataTooBig, which answers 400; else leave the body to the others."""
        if content_length > settings.UPLOAD_BYTES:
            raise RequestDataTooBig("The form is larger than UPLOAD_MB.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Others made the file."""
