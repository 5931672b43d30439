import builtins

import pytest

from tlf.errors import SystemLibraryError
from tlf.render import pdf_weasyprint
from tlf.render.system_check import LIBRARIES, check_pango


def test_libraries_that_load_are_no_error():
    loaded = []
    check_pango(loaded.append)
    assert loaded == list(LIBRARIES)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_missing_library_is_one_line_that_says_what_to_install(library):
    def load(name):
        if name == library:
            raise OSError(f"{name}: cannot open shared object file")

    with pytest.raises(SystemLibraryError) as said:
        check_pango(load)
    message = str(said.value)
    assert library in message
    assert "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0" in message
    assert "\n" not in message


def test_the_check_comes_before_weasyprint_is_imported(monkeypatch):
    def absent():
        raise SystemLibraryError("Pango is missing")

    monkeypatch.setattr(pdf_weasyprint, "check_pango", absent)
    with pytest.raises(SystemLibraryError, match="Pango is missing"):
        pdf_weasyprint._weasyprint()


def test_weasyprints_own_oserror_is_mapped_to_the_same_line(monkeypatch):
    real = builtins.__import__

    def without(name, *given, **named):
        if name == "weasyprint":
            raise OSError("cannot load library 'libgobject-2.0-0'\nand a second line")
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SystemLibraryError, match="libgobject") as said:
        pdf_weasyprint._weasyprint()
    assert "\n" not in str(said.value)
