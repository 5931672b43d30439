"""One set of fonts for a book: fonts that several outputs embed alike are kept once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf


def share_fonts(pdf: pikepdf.Pdf) -> None:
    """Let all pages and figures of a merged file refer to one copy of each equal font.

    1. Equal font files, character maps and glyph maps are found by the hash of their bytes.
    2. Descriptors, descendant fonts and fonts that now read the same become one.
    """
    sharing = _Sharing()
    for page in pdf.pages:
        sharing.resources(page.obj.get("/Resources"))


@dataclass
class _Sharing:
    """What was seen so far; lives only within one call."""

    streams: dict[str, Any] = field(default_factory=dict)
    dictionaries: dict[bytes, Any] = field(default_factory=dict)
    done: set[tuple[int, int]] = field(default_factory=set)

    def resources(self, resources: Any) -> None:
        """Share the fonts of a resource dictionary, and of the forms that it names."""
        if resources is None:
            return
        fonts = resources.get("/Font")
        if fonts is not None and self._new(fonts):
            for name in sorted(fonts.keys()):  # pikepdf gives a set, whose order changes from run to run
                fonts[name] = self._font(fonts[name])
        for form in (resources.get("/XObject") or {}).values():
            if self._new(form):
                self.resources(form.get("/Resources"))

    def _new(self, item: Any) -> bool:
        if not item.is_indirect:
            return True
        seen = item.objgen in self.done
        self.done.add(item.objgen)
        return not seen

    def _font(self, font: Any) -> Any:
        if "/ToUnicode" in font:
            font["/ToUnicode"] = self._stream(font["/ToUnicode"])
        for index, descendant in enumerate(font.get("/DescendantFonts", ())):
            if "/CIDToGIDMap" in descendant and _is_stream(descendant["/CIDToGIDMap"]):
                descendant["/CIDToGIDMap"] = self._stream(descendant["/CIDToGIDMap"])
            descriptor = descendant.get("/FontDescriptor")
            if descriptor is not None:
                if "/FontFile2" in descriptor:
                    descriptor["/FontFile2"] = self._stream(descriptor["/FontFile2"])
                descendant["/FontDescriptor"] = self._dictionary(descriptor)
            font["/DescendantFonts"][index] = self._dictionary(descendant)
        return self._dictionary(font)

    def _stream(self, stream: Any) -> Any:
        key = hashlib.sha256(stream.read_bytes()).hexdigest()
        return self.streams.setdefault(key, stream)

    def _dictionary(self, dictionary: Any) -> Any:
        return self.dictionaries.setdefault(dictionary.unparse(resolved=True), dictionary)


def _is_stream(item: Any) -> bool:
    import pikepdf  # loaded only when a book is assembled

    return isinstance(item, pikepdf.Stream)
