"""A file of another kind is named by what its first bytes say."""

import io
import zipfile
import zlib

import pandas as pd
import pytest

from tlf.exchange.file_kind import file_kind


def a_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


SAS7BDAT = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "an empty file"),
        (SAS7BDAT + b"33", "a SAS dataset (sas7bdat)"),
        (b"**COMPRESSED** **COMPRESSED** lib contrl", "a SAS transport file made by PROC CPORT"),
        (b"HEADER RECORD*******LIB", "a damaged SAS transport file"),
        (a_zip(), "a zip archive or an Excel workbook"),
        (pd.DataFrame({"A": [1]}).to_parquet(), "a parquet file"),
        (zlib.compress(b"{}"), "a compressed file (zlib"),
        (b"\x1f\x8b\x08\0", "a gzip archive or an R data file"),
        (b"%PDF-1.7", "a PDF"),
        ("STUDYID,USUBJID".encode("utf-16"), "text in UTF-16"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
        (b'{"datasetJSONCreationDateTime": "", "datasetJSONVersion": "1.1.0"}', "Dataset-JSON"),
        (b'\xef\xbb\xbf {"a": 1}', "a JSON file"),
        (b'<?xml version="1.0"?><ODM>', "an XML file, such as define.xml"),
        (b"<!DOCTYPE html>\n<html>", "a web page"),
        (b"STUDYID,USUBJID\nA,1\n", "text, such as CSV"),
        (b"no data today\n", "plain text"),
        (b" \n \n", "blank text"),
        (b"\x01\x02\x03", "binary data of no kind that tlf knows"),
    ],
)
def test_the_first_bytes_name_the_kind(data, kind):
    assert file_kind(data).startswith(kind)
