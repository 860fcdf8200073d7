"""The archive: a plain tar, its manifest last. Without a manifest it is half an archive."""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Protocol

from django.core.management.base import CommandError

FORMAT = 1
MANIFEST = "manifest.json"
# What an archive may hold, and nothing else.
FOLDERS = ("media/", "journal/")
DATABASES = ("database.sqlite3", "database.pgdump")


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Digest:
    """Reads through to a file and remembers what went by."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


class Writer:
    """Adds files and notes what they hold; `finish` adds the manifest."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, path: Path, name: str) -> None:
        """As long as it is now: a journal grows while it is read."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            digest = Digest(file)
            self._tar.addfile(_entry(name, size), digest)
        self.files[name] = {"size": size, "sha256": digest.hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> None:
        content = json.dumps(manifest | {"format": FORMAT, "files": self.files}, indent=1).encode()
        self._tar.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))


def packed(target: IO[bytes]) -> tarfile.TarFile:
    """Written from front to back, so that it may go into a pipe."""
    return tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def unpack(source: IO[bytes], folder: Path) -> dict[str, Any]:
    """Everything into `folder`, checked. Raise CommandError unless the archive is whole."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            found = {entry.name: _unpack_one(tar, entry, folder) for entry in tar}
    except (tarfile.TarError, OSError, EOFError) as error:
        raise CommandError(f"This is no whole archive: {error}") from error
    if MANIFEST not in found:
        raise CommandError("This is half an archive: its manifest is missing.")
    del found[MANIFEST]
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    if manifest.get("format") != FORMAT:
        raise CommandError("This archive was made by a newer version. Install that version first.")
    _compare(manifest["files"], found)
    return manifest


def _unpack_one(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> dict[str, Any]:
    content = tar.extractfile(entry) if entry.isreg() and _is_ours(entry.name) else None
    if content is None:
        raise CommandError(f"The archive holds what does not belong there: {entry.name!r}")
    digest, path = Digest(content), folder / entry.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        shutil.copyfileobj(digest, target)
    return {"size": entry.size, "sha256": digest.hexdigest()}


def _is_ours(name: str) -> bool:
    """Not tarfile's own filter, which Python 3.11.2 of Debian 12 lacks: only plain files are
    written, so a name is all that could lead out of the folder."""
    is_plain = "\0" not in name and not {"", ".", ".."} & set(name.split("/"))
    return is_plain and (name in (MANIFEST, *DATABASES) or name.startswith(FOLDERS))


def _compare(expected: dict[str, Any], found: dict[str, Any]) -> None:
    both = expected.keys() & found.keys()
    problems: Iterable[tuple[str, list[str]]] = (
        ("missing", sorted(expected.keys() - both)),
        ("not in the manifest", sorted(found.keys() - both)),
        ("damaged", sorted(name for name in both if expected[name] != found[name])),
    )
    told = "; ".join(f"{what}: {', '.join(names[:5])}" for what, names in problems if names)
    if told:
        raise CommandError(f"The archive is not as it was made. {told}")
