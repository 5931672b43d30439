"""Every wrong key and value of a spec is told at once, in plain words, with its place and what was meant."""

import pytest

SHELLS = """\
shells:
  t: { kind: table, display: spec_table }
  l: { kind: listing, display: spec_listing }
"""


def output(keys, number="T-14-1"):
    return SHELLS + f"outputs:\n  {number}: {{ {keys} }}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("colour: red\n", ["1:1: colour: unknown key."]),
        ("outputz: {}\n", ["1:1: outputz: unknown key. Did you mean outputs?"]),
        ("origins: {}\nfolder: x\nfile: x\n", ["1:1: origins: unknown key.", "2:1: folder: unknown key.",
                                               "3:1: file: unknown key. Did you mean profiles?"]),
        ("page: { fonts: sans }\n", ["1:9: page.fonts: unknown key. Did you mean font or font_size?"]),
        ("page: 5\n", ["1:1: page: expected a mapping of keys to values, not the number 5"]),
        ("page:\n", ["1:1: page: expected a mapping of keys to values, not nothing"]),
        ("page: { font: sanz }\n", ["1:9: page.font: expected 'sans' or 'mono', not the text 'sanz'"]),
        ("page: { margin_top: 9 }\n", ["1:9: page.margin_top: expected a number of at most 2.0, not the number 9"]),
        ("page: { margin_top: 0 }\n", ["1:9: page.margin_top: expected a number of at least 0.375, not the number 0"]),
        ("page: { margin_top: wide }\n", ["1:9: page.margin_top: expected a number, not the text 'wide'"]),
        ("page: { margin_top: '1' }\n", ["1:9: page.margin_top: expected a number, not the text '1'"]),
        ("page: { margin_top: true }\n", ["1:9: page.margin_top: expected a number, not true"]),
        ("page: { header_left: Sponsor }\n",
         ["1:9: page.header_left: expected a list, not the text 'Sponsor'; write [Sponsor]"]),
        ("page: { header_left: [a, 5, 2021-01-18] }\n",
         ["1:26: page.header_left, item 2: expected text, not the number 5; put it in quotes",
          "1:29: page.header_left, item 3: expected text, not the date 2021-01-18; put it in quotes"]),
        ("labels: { AGE: [x] }\n", ["1:11: labels.AGE: expected text, not a list"]),
        ("waivers: [{ rule: X, reason: no }]\n",
         ["1:22: waivers, item 1.reason: expected text of at least 3 characters, not the text 'no'"]),
        ("waivers: [{ rule: X }]\n", ["1:11: waivers, item 1.reason: this key is missing"]),
        ("waivers: [{ rule: X, reason: known, dataset: ../x }]\n",
         ["1:37: waivers, item 1.dataset: expected a dataset's name (a capital letter, then at most 7 capitals or"
          " digits), not the text '../x'"]),
        ("derivations: [a]\n", ["1:1: derivations: expected a mapping of keys to values, not a list"]),
        ("derivations: { a: 5 }\n", ["1:16: derivations.a: expected a mapping of keys to values, not the number 5"]),
        ("derivations: { a: { label: x } }\n", None),
        ("derivations: { a: { method: 5 } }\n",
         ["1:21: derivations.a.method: expected the name of a derivation, not the number 5."]),
        ("derivations: { a: { method: spec_bst } }\n",
         ["1:21: derivations.a.method: unknown derivation spec_bst. Did you mean spec_best?"]),
        ("analyses: { a: { method: spec_curv } }\n",
         ["1:18: analyses.a.method: unknown method spec_curv. Did you mean spec_curve?"]),
        ("analyses: { a: { method: spec_curve, analysis_set: FAS, tme: PFS } }\n",
         ["1:13: analyses.a.time: this key is missing", "1:57: analyses.a.tme: unknown key. Did you mean time?"]),
        ("analyses: { a: { method: spec_curve, analysis_set: FAS, time: PFS, rates_at: [6 mo, 5 parsecs] } }\n",
         ["1:85: analyses.a.rates_at, item 2: a duration is a number and a unit (d, wk, mo, y) or none, not"
          " '5 parsecs'"]),
        ("analyses: { a: { method: spec_curve, analysis_set: FAS, time: PFS, where: A == 1 } }\n",
         ["1:78: analyses.a.where: = is not expected here; expected a variable, a text in quotes, a date"
          " ('18JAN2021'd) or a number\n    A == 1\n       ^"]),
        ("analyses: { a: { method: spec_curve, analysis_set: FAS, time: PFS, where: 5 } }\n", None),
        ("derivations: { a: { method: spec_best, landmarks: { L: 1 d }, records: ADTTE wher A = 1 } }\n",
         ["1:78: derivations.a.records: expected `where` after the dataset, not 'wher'\n    ADTTE wher A = 1\n"
          "          ^"]),
        ("derivations: { a: { method: spec_group, of: X, cut: { a: b } } }\n",
         ["1:55: derivations.a.cut.a: expected a number, not the text 'b'"]),
        ("derivations: { a: { method: spec_group, of: X, cut: { a: '3' } } }\n",
         ["1:55: derivations.a.cut.a: expected a number, not the text '3'"]),
        ("outputs: { T-1: { title: x } }\n", ["1:12: outputs.T-1.shell: this key is missing"]),
        ("outputs: { T-1: { title: x, shell: 5 } }\n",
         ["1:29: outputs.T-1.shell: expected text, not the number 5; put it in quotes"]),
        ("outputs: { T-1: 5 }\n", ["1:12: outputs.T-1: expected a mapping of keys to values, not the number 5"]),
        ("outputs: { T-1: { title: x, shell: tt } }\n", ["1:29: outputs.T-1.shell: the spec declares no shell tt."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_plain_words(refused, text, expected):
    found = refused(text)
    assert not any(
        word in problem for problem in found for word in ("Input", "valid", "type=", "pydantic", "BaseModel")
    )
    if expected is not None:
        assert found == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("title: x, shell: t, columns: { by: arm }, colums: 3",
         ["5:55: outputs.T-14-1.colums: unknown key. Did you mean columns?"]),
        ("title: x, shell: t, columns: { by: arm, totl: true }",
         ["5:53: outputs.T-14-1.columns.totl: unknown key. Did you mean total?"]),
        ("title: x, shell: t, columns: { by: arm, total: yes }",
         ["5:53: outputs.T-14-1.columns.total: expected true or false, not the text 'yes'"]),
        ("title: x, shell: t, columns: { by: arm, total: 1 }",
         ["5:53: outputs.T-14-1.columns.total: expected true or false, not the number 1"]),
        ("title: x, shell: t, columns: { total: true }",
         ["5:33: outputs.T-14-1.columns.by: this key is missing"]),
        ("title: x, shell: t, columns: { by: arm }, style: wid",
         ["5:55: outputs.T-14-1.style: expected 'wide' or 'narrow', not the text 'wid'"]),
        ("title: x, shell: l, records: ADSL, columns: [AGE, { variabl: SEX }]",
         ["5:63: outputs.T-14-1.columns, item 2.variable: this key is missing",
          "5:65: outputs.T-14-1.columns, item 2.variabl: unknown key. Did you mean variable?"]),
        ("title: x, shell: l, records: ADSL, columns: [AGE, 5]",
         ["5:63: outputs.T-14-1.columns, item 2: expected text or a mapping of keys to values, not the number 5; put it"
          " in quotes"]),
        ("title: x, shell: l, records: ADSL, columns: [AGE], group: x",
         ["5:64: outputs.T-14-1.group: expected a whole number or a list, not the text 'x'"]),
        ("title: x, shell: l, records: ADSL, columns: [AGE], group: [1, x]",
         ["5:72: outputs.T-14-1.group, item 1: expected text, not the number 1; put it in quotes"]),
    ],
)  # fmt: skip
def test_the_keys_of_an_output_are_those_of_its_shells_display(refused, keys, expected):
    assert refused(output(keys)) == expected


@pytest.mark.parametrize("number", ["../T-1", "t-14-1", "T-14.1", "X-1", "T", "'T-1 '", "/T-1", "T-14-2-4-2A"])
def test_an_output_is_numbered_as_in_a_report_and_cannot_climb(refused, number):
    (problem,) = refused(output("title: x, shell: t, columns: { by: arm }", number))
    name = number.strip("'")
    expected = "is not an output's number, as T-14-2-4-2, F-14-2-4-5 or L-16-2-6-1a"
    assert problem == f"5:3: outputs.{name}: {name!r} {expected}"


@pytest.mark.parametrize("name", ["../adsl", "adsl", "ADSL/X", "/etc/x", "TOO_LONG_NAME", "'AD SL'"])
def test_a_dataset_cannot_climb(refused, name):
    base = "study: { id: S, title: T }\nmethod_profile: r\ndata:\n  folder: d\n  datasets:\n"
    profiles = "profiles: { r: { label: R, ties: efron, conf_type: plain, quantile_rule: r } }\n"
    (problem,) = refused(f"   - {name}\n{profiles}", base=base)
    assert problem.startswith("1:6: data.datasets, item 1: expected a dataset's name")


def test_the_study_says_what_it_lacks(refused):
    base = "study:\n  titel: T\n  id: ../x\n  data_cutoff: 20210118\n  status: draft\n  simulated: 5\n"
    assert refused("", base=base) == [
        "-5:1: data: this key is missing",
        "-5:1: method_profile: this key is missing",
        "-5:1: study.title: this key is missing",
        "-4:3: study.titel: unknown key. Did you mean title?",
        "-3:3: study.id: expected a study's id (letters, digits, `.`, `_` and `-`), not the text '../x'",
        "-2:3: study.data_cutoff: expected a date, as 2021-01-18, not the number 20210118",
        "-1:3: study.status: expected 'Draft' or 'Final', not the text 'draft'",
        "0:3: study.simulated: expected true or false, not the number 5",
    ]


@pytest.mark.parametrize(
    ("written", "kind"), [("86400", "the number 86400"), ("'1609459200'", "the text '1609459200'")]
)
def test_a_number_is_no_date(refused, written, kind):
    base = (
        "data: { folder: d, datasets: [ADSL] }\nmethod_profile: r\n"
        "profiles: { r: { label: R, ties: efron, conf_type: plain, quantile_rule: r } }\n"
    )
    assert refused(f"study: {{ id: S, title: T, data_cutoff: {written} }}\n", base=base) == [
        f"1:27: study.data_cutoff: expected a date, as 2021-01-18, not {kind}"
    ]


def test_a_preset_that_does_not_fit_is_told_at_the_shell(refused):
    text = "shells:\n  t: { kind: table, display: spec_table, preset: { styl: wide } }\n"
    assert refused(text + "outputs:\n  T-1: { title: x, shell: t, columns: { by: arm } }\n") == [
        "2:52: outputs.T-1.styl: unknown key. Did you mean style?"
    ]


def test_a_shell_that_is_wrong_is_told_once(refused):
    text = "shells:\n  t: { kind: tabel, display: spec_table }\n"
    assert refused(text + "outputs:\n  T-1: { title: x, shell: t }\n") == [
        "2:8: shells.t.kind: expected 'table', 'listing' or 'figure', not the text 'tabel'. Did you mean table?"
    ]


def test_a_shell_with_an_unknown_display_is_told_once(refused):
    text = "shells:\n  t: { kind: table, display: spec_tabel }\n"
    found = refused(text + "outputs:\n  T-1: { title: x, shell: t }\n  T-2: { title: x, shell: t }\n")
    assert found == ["2:21: shells.t.display: unknown table spec_tabel. Did you mean spec_table?"]


def test_problems_of_several_files_are_all_told(refused, folder):
    (folder / "house.yaml").write_text("page: { fnt: sans }\n")
    found = refused("extends: [house.yaml]\nlabels: { AGE: 5 }\nformats: 3\n")
    assert found == [
        "house.yaml:1:9: page.fnt: unknown key. Did you mean font?",
        "2:11: labels.AGE: expected text, not the number 5; put it in quotes",
        "3:1: formats: expected a mapping of keys to values, not the number 3",
    ]
