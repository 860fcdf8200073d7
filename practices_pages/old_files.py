"""Files of ours that nobody needs after some days."""

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

DAY = 24 * 60 * 60


def forget_older(paths: Iterable[Path], *, days: int, limit: int) -> int:
    """Delete the first `limit` of them; one that is gone meanwhile does no harm."""
    before = time.time() - days * DAY
    old = [path for path in paths if changed_at(path) < before][:limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def changed_at(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0
