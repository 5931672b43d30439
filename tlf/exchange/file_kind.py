"""What a file seems to be, by its first bytes: for the message when it is not what it should be."""

from __future__ import annotations

from typing import Final

_SAS7BDAT: Final = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")

_MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (_SAS7BDAT, "a SAS dataset (sas7bdat)"),
    (b"**COMPRESSED**", "a SAS transport file made by PROC CPORT (tlf needs one made by the XPORT engine)"),
    (b"HEADER RECORD*******", "a damaged SAS transport file (XPT)"),
    (b"PK\x03\x04", "a zip archive or an Excel workbook (xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook or another Microsoft Office file"),
    (b"\x1f\x8b", "a gzip archive or an R data file (rds)"),
    (b"RDX", "an R data file"),
    (b"RDA", "an R data file"),
    (b"PAR1", "a parquet file"),
    (b"ARROW1", "an Arrow or feather file"),
    (b"$FL2", "an SPSS file"),
    (b"<stata_dta>", "a Stata file"),
    (b"%PDF", "a PDF"),
    (b"\x78\x01", "a compressed file (zlib, as Dataset-JSON's .dsjc)"),
    (b"\x78\x9c", "a compressed file (zlib, as Dataset-JSON's .dsjc)"),
    (b"\x78\xda", "a compressed file (zlib, as Dataset-JSON's .dsjc)"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)


def file_kind(data: bytes) -> str:
    """Return what the bytes seem to be, as words that follow "seems to be".

    Example:
        >>> file_kind(b"STUDYID,USUBJID,AGE")
        'text, such as CSV'
    """
    if not data:
        return "an empty file"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    return _text_kind(data[:4096])


def _text_kind(data: bytes) -> str:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "a web page (HTML)" if b"<html" in start.lower() else "an XML file, such as define.xml"
    if start.startswith((b"{", b"[")):
        return "Dataset-JSON" if b"datasetJSONVersion" in start else "a JSON file"
    if not start:
        return "blank text"
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in data):
        return "binary data of no kind that tlf knows"
    line = start.split(b"\n", 1)[0]
    return "text, such as CSV" if any(mark in line for mark in (b",", b";", b"\t", b"|")) else "plain text"
