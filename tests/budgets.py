"""What a page may weigh, in bytes; the HTML as it travels, compressed."""

import gzip

CSS, JAVASCRIPT, HTML = 40_000, 20_000, 60_000


def compressed(page: bytes) -> int:
    return len(gzip.compress(page))
