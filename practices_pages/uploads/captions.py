"""VTT: captions that a browser shows and a reader can follow."""

from typing import IO

from practices_pages import captions
from practices_pages.uploads.refusal import UploadRefused


def check_captions(file: IO[bytes], extension: str) -> None:
    try:
        captions.read(file.read(captions.MOST_BYTES + 1))
    except captions.CaptionsInvalid as error:
        raise UploadRefused(str(error)) from error
