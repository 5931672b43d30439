import hashlib
from pathlib import Path

import pytest

from tlf.errors import RenderError
from tlf.render import fonts
from tlf.render.fonts import FILES, check_glyphs, font_file, font_metrics, text_width

INSTALLED = {
    "sans": "LiberationSans-Regular.ttf",
    "sans-bold": "LiberationSans-Bold.ttf",
    "sans-italic": "LiberationSans-Italic.ttf",
    "mono": "LiberationMono-Regular.ttf",
}


@pytest.mark.parametrize("face", FILES)
def test_the_shipped_fonts_are_liberation_2_1_5_unmodified(face):
    installed = Path("/usr/share/fonts/truetype/liberation2") / INSTALLED[face]
    if not installed.exists():
        pytest.skip("the package fonts-liberation2 is not installed to compare with")
    assert hashlib.sha256(font_file(face).read_bytes()).digest() == hashlib.sha256(installed.read_bytes()).digest()


def test_the_fonts_licence_is_shipped_beside_them():
    text = (font_file("sans").parent / "LICENSE-Liberation.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Reserved Font Name Liberation" in text


# Advances of Liberation Sans are those of Arial: digits 1139 of 2048 units; of Liberation Mono all 1229 of 2048.
@pytest.mark.parametrize(
    ("text", "face", "size", "width"),
    [
        ("0", "sans", 2048, 1139),
        ("10.5", "sans", 2048, 3 * 1139 + 569),
        ("abc", "mono", 2048, 3687),
        ("", "sans", 9, 0),
    ],
)
def test_text_is_as_wide_as_the_fonts_own_advances(text, face, size, width):
    assert text_width(text, face=face, size=size) == pytest.approx(width)


def test_all_digits_are_equally_wide_so_that_numbers_line_up():
    assert len({font_metrics("sans").advances[digit] for digit in "0123456789"}) == 1


def test_clinical_characters_are_in_every_face():
    for face in FILES:
        check_glyphs("¹⁷⁷Lu ≥ ≤ ± µ β † – — − → é ï ₀", face=face, where="here")


@pytest.mark.parametrize(("character", "code"), [("⁰", "U+2070"), ("✓", "U+2713"), ("漢", "U+6F22")])
def test_a_character_that_the_font_lacks_is_named_with_its_code_point_and_place(character, code):
    with pytest.raises(RenderError, match=f"T-1, row 3: the font sans has no glyph for .*{code.replace('+', '.')}"):
        check_glyphs(f"10{character} cells", face="sans", where="T-1, row 3")


def test_a_missing_font_file_is_said_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "templates_folder", lambda: tmp_path)
    font_metrics.cache_clear()
    with pytest.raises(RenderError, match=r"tlf-mono-regular\.ttf: the shipped font cannot be read"):
        font_metrics("mono")
    font_metrics.cache_clear()
