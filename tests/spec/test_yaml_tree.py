"""YAML is read as YAML 1.2 with every place kept, and what could surprise is refused with its place."""

from datetime import date

import pytest

from tlf.errors import SpecError
from tlf.spec.yaml_tree import MAX_BYTES, read_yaml


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def reading(text):
        file = tmp_path / "a.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_yaml(file)

    return reading


@pytest.fixture
def refused(read):
    def message(text):
        with pytest.raises(SpecError) as caught:
            read(text)
        return str(caught.value)

    return message


def test_words_that_yaml_1_1_takes_for_booleans_stay_text(read):
    tree = read("a: Y\nb: N\nc: NO\nd: on\ne: yes\nN: n\n")
    assert tree.plain() == {"a": "Y", "b": "N", "c": "NO", "d": "on", "e": "yes", "N": "n"}


def test_scalars_have_the_types_of_the_core_schema(read):
    text = "a: 1\nb: -2.5\nc: 1e3\nd: true\ne: ~\nf:\ng: 0x1F\nh: 0o17\ni: 2021-01-18\nj: '5'\nk: 12:30\nl: =\n"
    expected = {"a": 1, "b": -2.5, "c": 1000.0, "d": True, "e": None, "f": None, "g": 31, "h": 15}
    expected |= {"i": date(2021, 1, 18), "j": "5", "k": "12:30", "l": "="}
    assert read(text).plain() == expected


def test_a_date_with_a_time_stays_text(read):
    assert read("a: 2021-01-18 10:00:00\n").plain() == {"a": "2021-01-18 10:00:00"}


def test_every_key_and_item_keeps_its_line_and_column(read):
    tree = read("a:\n  b: [x, y]\n  c: 'quoted'\n")
    places = {path: (place.file, place.line, place.column) for path, place in tree.places()}
    assert places[("a",)] == ("a.yaml", 1, 1)
    assert places[("a", "b")] == ("a.yaml", 2, 3)
    assert places[("a", "b", 1)] == ("a.yaml", 2, 10)
    start = tree.get("a", "c").start
    assert (start.line, start.column) == (3, 7)  # of the first letter, inside the quotes


def test_a_text_on_one_line_without_escapes_is_verbatim(read):
    tree = read("a: plain\nb: 'it''s'\nc: \"x\\ty\"\nd: >\n  folded\ne: \"double\"\nf: one\n  two\n")
    assert {key: value.verbatim for key, value in tree.keys.items()} == {
        "a": True, "b": False, "c": False, "d": False, "e": True, "f": False,
    }  # fmt: skip


def test_an_alias_repeats_the_value_and_keeps_the_place_of_the_text(read):
    tree = read("a: &x { k: 1 }\nb: *x\n")
    assert tree.plain() == {"a": {"k": 1}, "b": {"k": 1}}
    places = dict(tree.places())
    assert (places[("b",)].line, places[("b", "k")].line) == (2, 1)


def test_a_byte_order_mark_is_skipped(read):
    assert read(b"\xef\xbb\xbfa: 1\n").plain() == {"a": 1}


def test_a_file_outside_the_current_directory_is_named_as_given(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "a.yaml").write_text("a: [")
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(SpecError, match=r"^\.\./a\.yaml:1:\d+: "):
        read_yaml(type(tmp_path)("../a.yaml"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a.yaml:1:1: the file is empty; expected a study spec (study:, data:, outputs: ...)"),
        ("# only a comment\n", "a.yaml:1:1: the file is empty; expected a study spec (study:, data:, outputs: ...)"),
        ("- a\n", "a.yaml:1:1: expected keys with values (`study:`, `data:` ...), not a list"),
        ("text\n", "a.yaml:1:1: expected keys with values (`study:`, `data:` ...), not the text 'text'"),
        ("a: 1\na: 2\n", "a.yaml:2:1: the key a is written twice, first in line 1"),
        ("x:\n  T-1: 1\n  T-1: 2\n", "a.yaml:3:3: the key T-1 is written twice, first in line 2"),
        ("1: x\n", "a.yaml:1:1: a key is text: write '1' in quotes"),
        ("true: x\n", "a.yaml:1:1: a key is text: write 'true' in quotes"),
        ("? [a]\n: x\n", "a.yaml:1:3: a key is text, not a list"),
        ("? {a: 1}\n: x\n", "a.yaml:1:3: a key is text, not a mapping"),
        ("a: !!python/object:os.system x\n", "a.yaml:1:4: the tag !!python/object:os.system is not allowed in a spec"),
        ("a: !include x\n", "a.yaml:1:4: the tag !include is not allowed in a spec"),
        ("a: !!set {x}\n", "a.yaml:1:4: the tag !!set is not allowed in a spec"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "a.yaml:3:3: merge keys (<<) are not read; write the keys out, or use"),
        ("a: 012\n", "a.yaml:1:4: 012 is not a plain number; put it in quotes if it is text"),
        ("a: 1_000\n", "a.yaml:1:4: 1_000 is not a plain number; put it in quotes if it is text"),
        ("a: .nan\n", "a.yaml:1:4: .nan is not a plain number; put it in quotes if it is text"),
        ("a: 1e999\n", "a.yaml:1:4: 1e999 is not a plain number; put it in quotes if it is text"),
        ("a: !!int x\n", "a.yaml:1:4: x is not a plain number; put it in quotes if it is text"),
        ("a: " + "9" * 5000 + "\n", "a.yaml:1:4: " + "9" * 37 + "... is not a plain number"),
        ("a: 2021-02-30\n", "a.yaml:1:4: 2021-02-30 is not a date of the calendar"),
        ("a: b: c\n", "a.yaml:1:5: a colon is not expected here: check the indentation, or put the text in quotes"),
        ("a: 'b\nc: d\n", "a.yaml:1:4: a quote is opened but not closed"),
        ("a: [1, 2\nb: 3\n", "a.yaml:1:4: a bracket [ is not closed, or a comma is missing"),
        ("a: {b: 1\nc: 2\n", "a.yaml:1:4: a brace { is not closed, or a comma is missing"),
        ("a:\n\tb: 1\n", "a.yaml:2:1: a tab stands where the line is indented; indent with blanks"),
        ("a: *x\n", "a.yaml:1:4: the alias *x refers to an anchor (&name) that is not declared before it"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: one document a file: remove the second `---`"),
        ("a:\n   b: 1\n  c: 2\n", "a.yaml:3:3: the indentation does not match the lines above it"),
        ("a: 1\nb\n", "a.yaml:2:1: a line without a colon: expected `key: value`; check the indentation"),
        ("a: 'b' c\n", "a.yaml:1:8: the indentation does not match the lines above it, or text follows a closed quote"),
        (" a: 1\nb: 2\n", "a.yaml:2:1: the indentation does not match the lines above it"),
        ("a: |x\n", "a.yaml:1:5: is not valid YAML: expected chomping or indentation indicators, but found 'x'"),
        ('a: "\\q"\n', "a.yaml:1:6: an unknown escape after \\"),
        ("a: @x\n", "a.yaml:1:4: this character cannot start a value; put the text in quotes"),
        ("a: &x [*x]\n", "a.yaml:1:4: the anchor &x contains itself"),
        ("a: %x\n", "a.yaml:1:4: this character cannot start a value; put the text in quotes"),
        ("a: " + "[" * 100, "values are nested more than 40 deep"),
        ("a: b\x00\n", "a.yaml:1:5: the character U+0000 cannot stand in a spec"),
        (b"a: \xff\n", "a.yaml:1:4: is not UTF-8 text (byte 0xff)"),
        (b"a: 1\nbc: \xe9t\xe9\n", "a.yaml:2:5: is not UTF-8 text (byte 0xe9)"),
    ],
)  # fmt: skip
def test_what_is_not_such_yaml_is_refused_in_plain_words(refused, text, expected):
    assert expected in refused(text)


def test_all_bad_keys_of_a_file_are_told_at_once_in_order(refused):
    assert refused("b: 1\nb: 2\n2: x\nc: 010\n").splitlines() == [
        "a.yaml:2:1: the key b is written twice, first in line 1",
        "a.yaml:3:1: a key is text: write '2' in quotes",
        "a.yaml:4:4: 010 is not a plain number; put it in quotes if it is text",
    ]


def test_aliases_that_multiply_are_refused_without_expanding_them(refused):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "more than 200,000 values when its aliases are followed" in refused("\n".join(lines))


def test_a_file_that_is_too_large_is_refused(refused):
    assert "is larger than 2 MB" in refused("#" * (MAX_BYTES + 1))


def test_a_file_that_is_missing_or_a_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError, match=r"^no\.yaml: there is no such file$"):
        read_yaml(tmp_path / "no.yaml")
    (tmp_path / "sub").mkdir()
    with pytest.raises(SpecError, match=r"^sub: cannot be read"):
        read_yaml(tmp_path / "sub")
    with pytest.raises(SpecError, match="cannot be read"):
        read_yaml(type(tmp_path)("a\0b"))
