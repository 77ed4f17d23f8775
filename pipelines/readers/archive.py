"""Archives of reports: ZIP, 7z, RAR, TAR and packed single files, each member as bytes or as a reason why not.

Nothing is written to disk, no link is followed, and count, size, growth and depth are bounded.

What is no report is left out: what systems leave behind (``__MACOSX``, ``Thumbs.db``, ``~$x.doc``) and
what belongs to a saved web page. In a folder that holds a page, and below it, these are style sheets,
scripts, fonts and pictures under 10 KB; larger pictures stay, since they may be scans. In the folder
that a browser or Word saves beside a page (``x_files``, ``x.files``) the pages are left out, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pipelines.readers.archive_formats import Entry, entries_of
from pipelines.readers.detect import ARCHIVE_SIGNATURES, detect, suffix
from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import LIMITS, Limits

_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
_LEFT_BEHIND_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})
_PAGES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".shtm"})
_STYLE = frozenset({".css", ".js", ".map", ".woff", ".woff2", ".ttf", ".eot", ".otf", ".ico", ".svg", ".swf", ".thmx"})
_PICTURES = frozenset({".png", ".gif", ".jpg", ".jpeg", ".bmp", ".webp"})
_SMALL_PICTURE = 10_000
_SAVED_BESIDE = ("_files", ".files")


def members(data: bytes, name: str, limits: Limits = LIMITS) -> Iterator[tuple[str, bytes | Quarantined]]:
    """Path and content of each member that may be a report, archives inside archives included.

    The path is ``/``-separated; a member of an inner archive is ``inner.zip!/member``. A member that
    cannot be read is a ``Quarantined``: ``encrypted``, ``too_large``, ``unreadable``, ``unsupported_format``.
    Raises ``Quarantined`` where the archive itself cannot be read, or holds more than it may.
    """
    yield from _Opener(limits).open(data, name, limits.depth)


class _Opener:
    """Counts what one archive gives, inner archives included."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._members = 0
        self._bytes = 0

    def open(self, data: bytes, name: str, depth: int) -> Iterator[tuple[str, bytes | Quarantined]]:
        entries = list(entries_of(data, name, self._limits))
        pages = {_folder(entry.path) for entry in entries if suffix(entry.path) in _PAGES}
        for entry in entries:
            if is_left_behind(entry.path) or _belongs_to_page(entry, pages):
                continue
            self._members += 1
            if self._members > self._limits.members:
                raise Quarantined("too_large", f"more than {self._limits.members} members; split the archive")
            yield from self._member(entry, depth)

    def _member(self, entry: Entry, depth: int) -> Iterator[tuple[str, bytes | Quarantined]]:
        path, problem = safe_path(entry.path)
        content = problem or self._content(entry)
        if isinstance(content, Quarantined) or not _is_archive(content, path):
            yield path, content
        elif depth <= 1:
            yield path, Quarantined("too_large", "archives nest too deep; unpack them into the raw folder")
        else:
            yield from self._inner(content, path, depth)

    def _inner(self, data: bytes, path: str, depth: int) -> Iterator[tuple[str, bytes | Quarantined]]:
        try:
            for inner_path, content in self.open(data, path, depth - 1):
                yield f"{path}!/{inner_path}", content
        except Quarantined as error:
            yield path, error

    def _content(self, entry: Entry) -> bytes | Quarantined:
        problem = self._beyond(entry.size, entry.packed)
        if problem:
            return problem
        try:
            content = entry.read(self._limits.member_bytes)
        except Quarantined as error:
            return error
        problem = self._beyond(len(content), entry.packed)
        self._bytes += len(content)
        return problem or content

    def _beyond(self, size: int, packed: int | None) -> Quarantined | None:
        limits = self._limits
        if size > limits.member_bytes:
            return Quarantined("too_large", f"{size} bytes unpacked, the bound is {limits.member_bytes}")
        if packed is not None and size > max(1 << 20, packed * limits.ratio):
            return Quarantined("too_large", f"grows from {packed} to {size} bytes, more than {limits.ratio} times")
        if self._bytes + size > limits.total_bytes:
            return Quarantined("too_large", f"the archive unpacks to over {limits.total_bytes} bytes; split it")
        return None


def is_left_behind(path: str) -> bool:
    """Whether a member is what an operating system or Office leaves beside documents."""
    parts = path.lower().split("/")
    name = parts[-1]
    return not name or name in _LEFT_BEHIND or name.startswith((".", "~$")) or bool(_LEFT_BEHIND_FOLDERS & set(parts))


def _belongs_to_page(entry: Entry, pages: set[str]) -> bool:
    ending = suffix(entry.path)
    if not any(_holds(folder, entry.path) for folder in pages):
        return False
    if ending in _PAGES:
        return any(part.endswith(_SAVED_BESIDE) for part in _folder(entry.path).lower().split("/"))
    return ending in _STYLE or (ending in _PICTURES and entry.size < _SMALL_PICTURE)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _holds(folder: str, path: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def safe_path(path: str) -> tuple[str, Quarantined | None]:
    """A member's path without what leads out of the archive, and the reason to refuse it if it had any."""
    parts = [part for part in PurePosixPath(path).parts if part not in {"/", "."}]
    inside = [part for part in parts if part != ".."]
    cleaned = "/".join(inside) or "unnamed"
    if path.startswith("/") or len(inside) < len(parts) or (inside and inside[0].endswith(":")):
        return cleaned, Quarantined("unreadable", f"the path {path!r} leads out of the archive; pack the file again")
    return cleaned, None


def _is_archive(content: bytes, path: str) -> bool:
    if not any(content.startswith(signature, offset) for offset, signature in ARCHIVE_SIGNATURES):
        return False
    try:
        return detect(content, path) == "archive"
    except Quarantined:
        return False
