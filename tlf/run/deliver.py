"""Files are written whole or not at all: to a temporary file beside the target, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from tlf.errors import DeliveryError


class Delivery:
    """A folder that receives files; it remembers what was written, for the manifest.

    Raises:
        DeliveryError: the folder cannot be made or written; said before any work is done.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: dict[str, tuple[str, int]] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise DeliveryError(f"the output folder {folder} cannot be written: {_reason(error)}") from None

    def write(self, name: str, content: bytes) -> Path:
        """Write a file under the folder; on any failure the file that was there before stays as it was."""
        target = self.path(name)
        temporary = ""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        except OSError as error:
            if temporary:
                Path(temporary).unlink(missing_ok=True)
            raise DeliveryError(f"{target} cannot be written: {_reason(error)}") from None
        self.written[name] = (sha256(content).hexdigest(), len(content))
        return target

    def remove(self, names: Iterable[str]) -> tuple[str, ...]:
        """Remove files of an earlier run that this run could not make again; return those that were there."""
        removed = []
        for name in names:
            target = self.path(name)
            try:
                if target.exists():
                    target.unlink()
                    removed.append(name)
            except OSError as error:
                raise DeliveryError(f"{target} is out of date and cannot be removed: {_reason(error)}") from None
        return tuple(removed)

    def path(self, name: str) -> Path:
        """Return the path of a file in the folder; a name that climbs out of it is refused."""
        target = (self.folder / name).resolve()
        if not target.is_relative_to(self.folder.resolve()):
            raise DeliveryError(f"{name!r} lies outside the output folder {self.folder}")
        return self.folder / name


def write_file(file: Path, content: bytes) -> None:
    """Write one file whole or not at all.

    Raises:
        DeliveryError: it cannot be written.
    """
    Delivery(file.parent).write(file.name, content)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
