import pytest

from tlf.errors import RenderError
from tlf.render.templating import fill, style_sheet


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "templates").mkdir()
    return tmp_path / "templates"


def test_values_are_escaped(folder):
    (folder / "own.html.j2").write_text("{{ text }}")
    assert fill("own.html.j2", template_folder=folder, text="ALT <LLN & >ULN") == "ALT &lt;LLN &amp; &gt;ULN"


def test_a_sponsors_template_comes_before_the_shipped_one(folder):
    (folder / "page.html.j2").write_text("sponsor's page")
    assert fill("page.html.j2", template_folder=folder) == "sponsor's page"


def test_the_shipped_template_is_used_where_the_sponsor_has_none(folder):
    assert "<!DOCTYPE html>" in fill("report_base.html.j2", template_folder=folder, title="T", css="", simulated="")


def test_a_value_that_a_template_asks_for_and_has_not_is_an_error(folder):
    (folder / "own.html.j2").write_text("{{ absent }}")
    with pytest.raises(RenderError, match=r"template own\.html\.j2 .*UndefinedError: 'absent' is undefined"):
        fill("own.html.j2", template_folder=folder)


def test_a_syntax_error_is_said_with_its_line(folder):
    (folder / "own.html.j2").write_text("\n{% if %}")
    with pytest.raises(RenderError, match=r":2.* TemplateSyntaxError"):
        fill("own.html.j2", template_folder=folder)


def test_a_template_cannot_run_python(folder):
    (folder / "own.html.j2").write_text("{{ ''.__class__.__mro__ }}")
    with pytest.raises(RenderError, match="SecurityError"):
        fill("own.html.j2", template_folder=folder)


@pytest.mark.parametrize("name", ["../secret.html", "a/../../secret.html"])
def test_a_name_that_climbs_out_of_the_folder_is_refused(folder, name):
    (folder.parent / "secret.html").write_text("secret")
    (folder / "a").mkdir()
    with pytest.raises(RenderError, match="lies outside the folder of templates"):
        fill(name, template_folder=folder)


def test_a_link_out_of_the_folder_is_refused(folder):
    (folder.parent / "secret.css").write_text("secret")
    (folder / "page.css").symlink_to(folder.parent / "secret.css")
    with pytest.raises(RenderError, match="lies outside the folder of templates"):
        style_sheet("page.css", template_folder=folder)


def test_a_sponsors_style_sheet_follows_the_shipped_one_and_has_the_last_word(folder):
    (folder / "page.css").write_text(".rule { background: #333 }")
    assert style_sheet("page.css", template_folder=folder).endswith(".rule { background: #333 }")
    assert style_sheet("page.css", template_folder=folder).startswith(style_sheet("page.css"))


def test_a_style_sheet_that_is_no_text_is_refused(folder):
    (folder / "page.css").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RenderError, match="the style sheet cannot be read"):
        style_sheet("page.css", template_folder=folder)


def test_a_folder_that_does_not_exist_and_an_unknown_template_are_refused(folder):
    with pytest.raises(RenderError, match="the folder of templates does not exist"):
        fill("page.html.j2", template_folder=folder / "absent")
    with pytest.raises(RenderError, match="TemplateNotFound"):
        fill("absent.html.j2")
