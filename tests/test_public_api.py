"""The public face is small, sorted, and costs nothing until it is used."""

import subprocess
import sys

import pytest

import tlf

HEAVY = {
    "jinja2",
    "lark",
    "lifelines",
    "matplotlib",
    "numpy",
    "pandas",
    "pandera",
    "pikepdf",
    "pyarrow",
    "pydantic",
    "pyreadstat",
    "scipy",
    "weasyprint",
}


def loaded_after(code):
    program = f"import sys\n{code}\nprint(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")[-2].split()


def test_all_is_sorted_and_is_the_namespace():
    assert list(tlf.__all__) == sorted(tlf.__all__)
    assert dir(tlf) == tlf.__all__


def test_every_public_name_resolves_and_is_documented():
    for name in tlf.__all__:
        assert getattr(tlf, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="build_studdy"):
        _ = tlf.build_studdy


def test_no_public_function_hides_a_room():
    rooms = {"run", "spec", "exchange", "validate", "derive", "analyse", "display", "render", "qc", "model", "cli"}
    assert not rooms & set(tlf.__all__)


def test_import_tlf_loads_nothing_heavy():
    assert loaded_after("import tlf") == []


def test_help_loads_nothing_heavy():
    code = "from tlf.cli.app import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass"
    assert loaded_after(code) == []


def test_check_loads_no_renderer_and_no_lifelines():
    code = "import tlf\ntlf.check_study('specs/netter1/study.yaml')"
    assert not {"lifelines", "weasyprint", "matplotlib", "pikepdf", "pyreadstat"} & set(loaded_after(code))
