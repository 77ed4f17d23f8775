"""The formats of archives, each as a list of entries that are read one by one."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from pipelines.readers.errors import Quarantined
from pipelines.readers.limits import Limits

_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    KeyError,
    struct.error,
)
_DIRECTORY_RECORD = b"PK\x01\x02"
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_PACKERS = (
    (b"\x1f\x8b", ".gz", gzip.open),
    (b"BZh", ".bz2", bz2.open),
    (b"\xfd7zXZ\x00", ".xz", lzma.open),
)
_TARRED = {".tgz": ".tar", ".tbz": ".tar", ".txz": ".tar"}


class Entry(NamedTuple):
    """One member: its path as stored, its unpacked and packed size where known, and how to read it.

    ``read`` takes the largest size that may be unpacked and raises ``Quarantined``.
    """

    path: str
    size: int
    packed: int | None
    read: Callable[[int], bytes]


def entries_of(data: bytes, name: str, limits: Limits) -> Iterator[Entry]:
    """Files of an archive in stored order; folders and links are left out.

    Raises ``Quarantined``: ``unreadable``, ``encrypted``, ``too_large``, or ``unsupported_format`` where
    the library for this format is not installed.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_entries(data, limits)
    for signature, ending, opener in _PACKERS:
        if data.startswith(signature):
            return _packed_entries(data, name, ending, opener, limits)
    if data[257:262] == b"ustar":
        return _tar_entries(data, limits)
    from pipelines.readers.archive_foreign import foreign_entries  # noqa: PLC0415 - needs a system library

    return foreign_entries(data, limits)


def damaged(error: Exception) -> Quarantined:
    """The reason for an archive or member whose bytes do not unpack."""
    return Quarantined("unreadable", f"damaged archive ({type(error).__name__}: {error}); fetch it again")


def decode_name(raw: bytes) -> str:
    """A name stored without its encoding: UTF-8 if it is, else GB18030 as Chinese Windows writes it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _zip_entries(data: bytes, limits: Limits) -> Iterator[Entry]:
    refuse_crowd(data.count(_DIRECTORY_RECORD), limits)
    try:
        container = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise damaged(error) from error
    for info in container.infolist():
        if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
            continue
        yield Entry(_zip_name(info), info.file_size, info.compress_size, _zip_reader(container, info))


def refuse_crowd(count: int, limits: Limits) -> None:
    """Raise ``too_large`` for an archive whose directory alone is beyond the bound; junk and assets are allowed for."""
    if count > 10 * limits.members:
        raise Quarantined("too_large", f"{count} members, the bound is {limits.members}; split the archive")


def _zip_name(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        name = decode_name(name.encode("cp437", "replace"))
    return name.partition("\x00")[0].replace("\\", "/")


def _zip_reader(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[int], bytes]:
    def read(most: int) -> bytes:
        if info.flag_bits & _ENCRYPTED:
            raise Quarantined("encrypted", "this member has a password; pack it again without one")
        try:
            with container.open(info) as stream:
                return stream.read(most + 1)
        except (NotImplementedError, RuntimeError) as error:
            raise Quarantined("unsupported_format", f"{error}; pack the file again as an ordinary ZIP") from error
        except _DAMAGE as error:
            raise damaged(error) from error

    return read


def _packed_entries(
    data: bytes, name: str, ending: str, opener: Callable[[IO[bytes]], Any], limits: Limits
) -> Iterator[Entry]:
    """A packed single file, or the members of a packed TAR."""
    try:
        with opener(io.BytesIO(data)) as stream:
            content: bytes = stream.read(min(limits.member_bytes, max(1 << 20, len(data) * limits.ratio)) + 1)
    except _DAMAGE as error:
        raise damaged(error) from error
    if content[257:262] == b"ustar":
        yield from _tar_entries(content, limits)
        return
    yield Entry(_unpacked_name(name, ending), len(content), len(data), lambda _most: content)


def _unpacked_name(name: str, ending: str) -> str:
    path = PurePosixPath(name.rpartition("!/")[2])
    return path.stem + _TARRED.get(path.suffix.lower(), "") if path.suffix.lower() in {ending, *_TARRED} else path.name


def _tar_entries(data: bytes, limits: Limits) -> Iterator[Entry]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as container:
            for count, info in enumerate(container):
                refuse_crowd(count, limits)
                if info.isreg():
                    name = decode_name(info.name.encode("utf-8", "surrogateescape"))
                    yield Entry(name, info.size, None, _tar_reader(data, info))
    except _DAMAGE as error:
        raise damaged(error) from error


def _tar_reader(data: bytes, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    return lambda most: data[info.offset_data : info.offset_data + min(info.size, most + 1)]
