"""From the bytes of a file to its text: what it is packed in, and how its letters are coded.

Text is UTF-8, or UTF-16 with its mark; anything else is named, and so is the way to make text of
it. A packed file is unpacked within bounds, so that a small one cannot fill a machine.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

from ooms.update.readers.refusal import ImportRefused

__all__ = ["LARGEST_BYTES", "entries", "separator", "text_of", "unzipped"]

#: No published table comes near this; what does is not one.
LARGEST_BYTES = 100_000_000
#: An archive of tables has tens of files, and text packs to a tenth or a twentieth.
MOST_ENTRIES = 1000
LARGEST_RATIO = 200
_SMALL = 1_000_000

_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of the old kind; save its sheet as CSV in UTF-8"),
    (b"%PDF", "a PDF; look for the table that it was made from"),
    (b"PAR1", "a Parquet file; save the table as CSV in UTF-8"),
    (b"ARROW1", "an Arrow file; save the table as CSV in UTF-8"),
    (b"SQLite format 3", "a database; save its table as CSV in UTF-8"),
    (b"BZh", "packed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "packed with xz; unpack it first"),
    (b"(\xb5/\xfd", "packed with zstd; unpack it first"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x89PNG", "a picture; look for the table that it was made from"),
    (b"\xff\xd8\xff", "a picture; look for the table that it was made from"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def unzipped(name: str, content: bytes) -> bytes:
    """A file as it was before gzip; any other as it is.

    Raises
    ------
    ImportRefused
        If it does not unpack whole, or to more than `LARGEST_BYTES`.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            found = packed.read(LARGEST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ImportRefused([f"{name}: is packed with gzip and not whole ({error})"]) from None
    _refuse_bomb(name, name, len(content), len(found))
    return found


def _refuse_bomb(file: str, entry: str, packed: int, size: int) -> None:
    if size > LARGEST_BYTES:
        raise ImportRefused([f"{file}: {entry} unpacks to more than {LARGEST_BYTES:,} bytes"])
    if size > _SMALL and size > LARGEST_RATIO * max(packed, 1):
        raise ImportRefused(
            [
                f"{file}: {entry} unpacks to {size / max(packed, 1):.0f} times its size; no table "
                f"does, and at most {LARGEST_RATIO} times are unpacked"
            ]
        )


def entries(file: str, content: bytes) -> Iterator[tuple[str, bytes, str]]:
    """The files of a zip archive that may hold a table, each with its day.

    Parameters
    ----------
    file
        What messages call the archive.
    content
        Its bytes.

    Yields
    ------
    tuple
        The path in the archive, the bytes, and an ISO date (empty where the archive gives none).

    Raises
    ------
    ImportRefused
        If the archive is not whole, is encrypted, or is larger than the bounds.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > MOST_ENTRIES:
                raise ImportRefused(
                    [f"{file}: holds {len(listed)} files; at most {MOST_ENTRIES} are read"]
                )
            inside = {entry.filename for entry in listed}
            if "[Content_Types].xml" in inside or "mimetype" in inside:
                raise ImportRefused(
                    [f"{file}: is a workbook (Excel or the like); save its sheet as CSV in UTF-8"]
                )
            for entry in listed:
                path = PurePosixPath(entry.filename)
                if entry.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
                    continue
                if path.suffix.lower() not in (".csv", ".tsv", ".yaml", ".yml", ".json", ".md"):
                    continue
                if entry.flag_bits & 1:
                    raise ImportRefused([f"{file}: is encrypted; unpack it first"])
                with archive.open(entry) as stream:
                    found = stream.read(LARGEST_BYTES + 1)
                _refuse_bomb(file, entry.filename, entry.compress_size, len(found))
                total += len(found)
                if total > LARGEST_BYTES:
                    raise ImportRefused(
                        [f"{file}: unpacks to more than {LARGEST_BYTES:,} bytes in all"]
                    )
                try:
                    day = date(*entry.date_time[:3]).isoformat()
                except ValueError:
                    day = ""
                yield entry.filename, found, day
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, ImportRefused):
            raise
        why = " ".join(str(error).split())[:200]
        raise ImportRefused([f"{file}: is not a whole archive ({why})"]) from None


def is_zip(content: bytes) -> bool:
    """Whether a file is a zip archive."""
    return content.startswith(_ZIP)


def text_of(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    r"""The text of a file, and what a reader should know of how it was coded.

    Raises
    ------
    ImportRefused
        If it is empty, or no text: with what it is, and the mend.

    Examples
    --------
    >>> text_of("a.csv", "é\n".encode("utf-16"))
    ('é\n', ('a.csv: read as UTF-16',))
    >>> text_of("a.csv", b"caf\xe9\n")
    Traceback (most recent call last):
    ...
    ooms.update.readers.refusal.ImportRefused: a.csv, row 1: byte 0xe9 is not UTF-8; ...
    """
    notes: tuple[str, ...] = ()
    for start, what in _KINDS:
        if content.startswith(start):
            raise ImportRefused([f"{name}: is not a text file but {what}"])
    if content[257:262] == b"ustar":
        raise ImportRefused([f"{name}: is not a text file but a tar archive; unpack it first"])
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = content.decode("utf-16")
            notes = (f"{name}: read as UTF-16",)
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if notes or content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ImportRefused(
                [f"{name}: is not a text file (begins as UTF-16, and is not)"]
            ) from None
        row = content.count(b"\n", 0, error.start) + 1
        if b"\x00" in content:
            mend = "is not a text file, or is UTF-16 without its mark"
        else:
            mend = f"byte 0x{content[error.start]:02x} is not UTF-8; the file is perhaps Latin-1"
        raise ImportRefused([f"{name}, row {row}: {mend}: save it as UTF-8"]) from None
    if "\x00" in text:
        raise ImportRefused([f"{name}: is not a text file, or is UTF-16 without its mark"])
    if not text.strip():
        raise ImportRefused([f"{name}: the file is empty"])
    return text, notes


def separator(text: str) -> str:
    r"""What separates the cells of a table: a comma, or else a semicolon or a tab.

    The first line decides, by what it has most of.

    Examples
    --------
    >>> separator("a;b;c\n1;2,5;3\n"), separator("a,b\n"), separator("a\n")
    (';', ',', ',')
    """
    first = text.strip().splitlines()[0] if text.strip() else ""
    return max(",;\t", key=first.count)
