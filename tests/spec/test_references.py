"""Every name that a spec refers to exists, or the message says what was probably meant."""

import pytest

from tlf.spec.references import check_references

DERIVED = """\
derivations:
  best: { method: spec_best, records: ADTTE where PARAMCD = 'X', landmarks: { L1: 1 d, L2: 2 d } }
  late: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d }, until: best }
  group: { method: spec_group, of: best.L1, cut: { a: 1 } }
"""


def test_a_spec_whose_names_all_exist_has_no_problems(loaded):
    spec = loaded(
        DERIVED
        + "analyses:\n"
        + "  one: { method: spec_curve, analysis_set: FAS, time: best, by: arm, for_each: [arm, late.landmarks] }\n"
        + "  two: { method: spec_curve, analysis_set: FAS, time: PFS, by: group, for_each: [group, best] }\n"
        + "  three: { method: spec_curve, analysis_set: FAS, time: late.L1, reads: [best], covariate: { best: x } }\n"
        + "shells: { l: { kind: listing, display: spec_listing } }\n"
        + "outputs:\n"
        + "  L-16-1: { title: x, shell: l, records: ADSL, columns: [AGE, { variable: SEX }], results: [one, two] }\n"
        + "  L-16-10: { title: x, shell: l, records: ADSL, columns: [AGE], analysis_set: FAS }\n"
        + "  L-16-1a: { title: x, shell: l, records: ADSL, columns: [AGE] }\n"
        + "  T-16-1: { title: x, shell: l, records: ADSL, columns: [AGE] }\n"
        + "waivers: [{ rule: X, reason: known, dataset: ADSL }]\n"
    )
    assert check_references(spec) == ()


def test_an_unknown_method_profile_is_told(refused):
    base = (
        "study: { id: S, title: T }\ndata: { folder: d, datasets: [ADSL] }\n"
        "profiles: { sas: { label: R, ties: efron, conf_type: plain, quantile_rule: r } }\n"
    )
    assert refused("method_profile: sass\n", base=base) == [
        "1:1: method_profile: the spec declares no method profile sass. Did you mean sas?"
    ]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("analysis_set: FS, time: PFS", "28: analyses.a.analysis_set: the spec declares no analysis set FS."
         " Did you mean FAS?"),
        ("analysis_set: FAS, time: PFS, by: arn", "58: analyses.a.by: the spec declares no grouping arn."
         " Did you mean arm?"),
        ("analysis_set: FAS, time: PFS, by: best", "58: analyses.a.by: the spec declares no grouping best."
         " Expected one of: arm, group."),
        ("analysis_set: FAS, time: bst", "47: analyses.a.time: bst is no derivation of the spec, nor can it be a"
         " PARAMCD. Did you mean best?"),
        ("analysis_set: FAS, time: best.L9", "47: analyses.a.time: best has no level L9. Expected one of: L1, L2."),
        ("analysis_set: FAS, time: best.", "47: analyses.a.time: best has no level . Expected one of: L1, L2."),
        ("analysis_set: FAS, time: PFS.L1", "47: analyses.a.time: PFS.L1 is no derivation of the spec, nor can it be a"
         " PARAMCD. Expected one of: best, late."),
        ("analysis_set: FAS, time: group", "47: analyses.a.time: group makes a grouping variable, where a parameter is"
         " expected"),
        ("analysis_set: FAS, time: PFS, for_each: [arm, best.landmark]",
         "74: analyses.a.for_each, item 2: best has no key landmark. Did you mean landmarks?"),
        ("analysis_set: FAS, time: PFS, for_each: [group.landmarks]",
         "69: analyses.a.for_each, item 1: group has no levels, so there is no group.landmarks"),
        ("analysis_set: FAS, time: PFS, for_each: [amr]",
         "69: analyses.a.for_each, item 1: amr is no grouping of the spec, and no levels of a derivation. Did you mean"
         " arm?"),
        ("analysis_set: FAS, time: late, for_each: [best.landmarks]",
         "47: analyses.a.time: late has the levels L1, but not L2 of best.landmarks"),
        ("analysis_set: FAS, time: PFS, reads: [bst]",
         "66: analyses.a.reads, item 1: the spec has no derivation bst. Did you mean best?"),
        ("analysis_set: FAS, time: PFS, covariate: { bst: x }",
         "71: analyses.a.covariate.bst: bst is no derivation of the spec, nor can it be a PARAMCD. Did you mean best?"),
    ],
)  # fmt: skip
def test_a_name_in_an_analysis_that_does_not_exist_is_told(refused, keys, expected):
    found = refused(DERIVED + f"analyses:\n  a: {{ method: spec_curve, {keys} }}\n")
    assert found == [f"6:{expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: { method: spec_group, of: a, cut: {} }", "28: derivations.a.of: a reads itself"),
        ("a: { method: spec_group, of: a.L1, cut: {} }", "28: derivations.a.of: a reads itself"),
        ("a: { method: spec_group, of: b.L1, cut: {} }",
         "28: derivations.a.of: b is derived after a, which reads it; move b above it"),
        ("a: { method: spec_best, records: ADTT, landmarks: { L1: 1 d } }",
         "27: derivations.a.records: the study reads and derives no dataset ADTT. Did you mean ADTTE"),
        ("a: { method: spec_best, records: ADSL, landmarks: { L1: 1 d }, after: pfs }",
         "66: derivations.a.after: pfs is no derivation of the spec, nor can it be a PARAMCD."),
        ("a: { method: spec_best, records: ADTRG, landmarks: { L1: 1 d } }",
         "27: derivations.a.records: the study reads and derives no dataset ADTRG. Did you mean ADTR"),
    ],
)  # fmt: skip
def test_a_derivation_reads_only_what_is_there_before_it(refused, text, expected):
    later = "  b: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d } }\n"
    last = "  c: { method: spec_group, of: b.L1, cut: {}, dataset: ADTR }\n"
    (found,) = refused(f"derivations:\n  {text}\n{later}{last}")
    assert found.startswith(f"2:{expected}")


def test_a_cycle_of_derivations_is_told(refused):
    text = (
        "derivations:\n"
        "  a: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d }, until: b }\n"
        "  b: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d }, until: a }\n"
    )
    assert refused(text) == ["2:67: derivations.a.until: b is derived after a, which reads it; move b above it"]


def test_a_derivation_goes_through_levels_that_the_ones_it_reads_have(refused):
    text = (
        "derivations:\n"
        "  a: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d } }\n"
        "  b: { method: spec_best, records: ADTTE, landmarks: { L1: 1 d, L2: 2 d, L3: 3 d }, until: a }\n"
    )
    assert refused(text) == [
        "3:85: derivations.b.until: a has the levels L1, but not L2, L3 of b.landmarks",
    ]


def test_a_dataset_that_a_derivation_makes_exists(loaded):
    loaded(
        "derivations: { a: { method: spec_group, of: PFS, cut: {}, dataset: ADTR } }\n"
        "shells: { l: { kind: listing, display: spec_listing } }\n"
        "outputs: { L-1: { title: x, shell: l, records: ADTR, columns: [AGE] } }\n"
    )


def test_names_in_outputs_and_waivers_that_do_not_exist_are_told(refused):
    found = refused("""\
analyses: { one: { method: spec_curve, analysis_set: FAS, time: PFS } }
shells: { l: { kind: listing, display: spec_listing }, t: { kind: table, display: spec_table } }
outputs:
  L-1: { title: x, shell: l, records: "ADLS where A = 1", columns: [AGE], analysis_set: FASS, results: [oen] }
  T-1: { title: x, shell: t, columns: { by: arms } }
waivers: [{ rule: X, reason: known, dataset: ADL }]
""")
    assert found == [
        "4:30: outputs.L-1.records: the study reads and derives no dataset ADLS. Did you mean ADSL?",
        "4:75: outputs.L-1.analysis_set: the spec declares no analysis set FASS. Did you mean FAS?",
        "4:105: outputs.L-1.results, item 1: the spec has no analysis oen. Did you mean one?",
        "5:41: outputs.T-1.columns.by: the spec declares no grouping arms. Did you mean arm?",
        "6:37: waivers, item 1.dataset: the study reads and derives no dataset ADL. Did you mean ADSL?",
    ]


def test_two_outputs_with_one_number_are_told(refused):
    text = "shells: { t: { kind: table, display: spec_table } }\noutputs:\n"
    for number in ("T-14-2-4-2", "T-14-02-04-02", "T-14-2-4-20", "T-014-2-4-2"):
        text += f"  {number}: {{ title: x, shell: t, columns: {{ by: arm }} }}\n"
    assert refused(text) == [
        "4:3: outputs.T-14-02-04-02: has the same number as T-14-2-4-2 (study.yaml:9:3)",
        "6:3: outputs.T-014-2-4-2: has the same number as T-14-2-4-2 (study.yaml:9:3)",
    ]


def test_one_number_written_twice_is_told(refused):
    assert refused("outputs:\n  T-1: {}\n  T-1: {}\n") == ["3:3: the key T-1 is written twice, first in line 8"]


def test_a_name_stands_for_one_thing(refused):
    text = "derivations: { arm: { method: spec_group, of: PFS, cut: {} } }\n"
    assert refused(text) == [
        "1:16: derivations.arm: arm is a grouping too (study.yaml:6:14); a name stands for one thing"
    ]


@pytest.mark.parametrize(
    ("shell", "expected"),
    [
        ("preset: { rosw: [AGE] }", ["1:60: shells.t.preset.rosw: unknown key of table spec_table. Did you mean"]),
        ("analysis: { method: =spec_curv }",
         ["1:62: shells.t.analysis.method: unknown method spec_curv. Did you mean spec_curve?"]),
        ("analysis: { method: spec_curve }",
         ["1:62: shells.t.analysis.method: expected a method's name after =, as =summary"]),
        ("analysis: { time: =PFS }", ["1:50: shells.t.analysis: expected a method's name after =, as =summary"]),
        ("analysis: { method: =spec_curve, tme: =PFS, by: columns.bye, time: column }",
         ["1:83: shells.t.analysis.tme: unknown key of method spec_curve. Did you mean time?",
          "1:94: shells.t.analysis.by: an output of this shell has no key columns.bye. Did you mean by?",
          "1:111: shells.t.analysis.time: an output of this shell has no key column. Did you mean columns"]),
        ("analysis: { method: =spec_curve, time: title.x }",
         ["1:83: shells.t.analysis.time: an output of this shell has no key title.x."]),
    ],
)  # fmt: skip
def test_what_a_shell_names_exists(refused, shell, expected):
    found = refused(f"shells: {{ t: {{ kind: table, display: spec_table, {shell} }} }}\n")
    assert len(found) == len(expected)
    assert all(problem.startswith(words) for problem, words in zip(found, expected, strict=True))


def test_a_format_shows_a_number_and_a_placeholder_is_a_key_of_the_study(refused):
    text = "formats: { n: xx, p: none }\npage: { header_left: ['{study.title}', '{study.tilte}'] }\n"
    assert refused(text) == [
        "1:19: formats.p: 'none' shows no number; write each digit as x, as in xx.x (xx.x)",
        "2:40: page.header_left, item 2: the study has no key tilte. Did you mean title?",
    ]
