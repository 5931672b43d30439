import pytest

from tlf.errors import SpecError
from tlf.model.origin import Origin, Origins
from tlf.validate.rule_sets import load_rules, read_rules, shipped_sets

RULE = """\
title: ours
rules:
  - id: OUR-1
    severity: Error
    class: BDS
    check: number
    variables: [AVAL]
    minimum: 0
    meaning: AVAL is not negative
    message: "AVAL is {AVAL}, expected {expected}"
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="ours.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(path):
    with pytest.raises(SpecError) as caught:
        read_rules(path, shown=path.name)
    return caught.value.problems


def test_a_rule_set_of_the_study_adds_to_the_shipped_one(written, make_spec, tmp_path):
    written(RULE)
    rules = load_rules(make_spec(sets=("adam", "ours.yaml"), folder=tmp_path))
    assert rules[-1].id == "OUR-1"
    assert rules[-1].keywords == {"variables": ["AVAL"], "whole": False, "minimum": 0, "never": (), "exclude": ()}
    assert "adam" in shipped_sets()


def test_an_unknown_key_says_file_line_rule_and_what_was_meant(written):
    (problem,) = problems(written(RULE.replace("minimum:", "minimun:")))
    assert problem == "ours.yaml:3: rule OUR-1: unknown key 'minimun' for the check number. Did you mean minimum?"


def test_an_unknown_check_says_what_was_meant(written):
    (problem,) = problems(written(RULE.replace("check: number", "check: nubmer")))
    assert problem == "ours.yaml:3: rule OUR-1: unknown check 'nubmer'. Did you mean number?"


def test_a_placeholder_that_the_check_does_not_offer_is_refused(written):
    (problem,) = problems(written(RULE.replace("{expected}", "{expcted}")))
    assert problem.startswith("ours.yaml:3: rule OUR-1: the message writes {expcted}, which the check number does not")
    assert problem.endswith("Did you mean expected?")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    minimum: 0\n", "    minimum: low\n", "rule OUR-1: minimum: Input should be a valid number"),
        ("    meaning: AVAL is not negative\n", "", "rule OUR-1: the key 'meaning' is missing"),
        ("[AVAL]", "[aval]", "'aval' is not a variable name or family"),
        ("severity: Error", "severity: Fatal", "'Error', 'Warning' or 'Note'"),
        ("class: BDS", "class: ADBDS", "rule OUR-1: class"),
        ("id: OUR-1", "id: our 1", "rule our 1: id"),
        ("title: ours", "titel: ours", "unknown key 'titel'. Did you mean title?"),
        ("    check: number\n", "", "a rule is a mapping with the key 'check'"),
    ],
)
def test_each_wrong_key_is_told(written, old, new, told):
    assert any(told in problem for problem in problems(written(RULE.replace(old, new))))


def test_a_wrong_regular_expression_is_told(written):
    text = RULE.replace("number", "pattern").replace("minimum: 0", 'regex: "[A-"').replace("{expected}", "x")
    assert any("is not a regular expression" in problem for problem in problems(written(text)))


def test_all_problems_of_a_file_are_told_at_once(written):
    second = RULE.split("rules:\n")[1].replace("OUR-1", "OUR-2").replace("minimum", "maximun")
    assert len(problems(written(RULE.replace("minimum", "minimun") + second))) == 2


def test_a_rule_twice_in_a_file_or_in_two_sets_is_refused(written, make_spec, tmp_path):
    assert problems(written(RULE + RULE.split("rules:\n")[1])) == ("ours.yaml:11: rule OUR-1 is in the file twice",)
    written(RULE.replace("OUR-1", "ADAM-223"))
    with pytest.raises(SpecError, match="rule ADAM-223 is in another set"):
        load_rules(make_spec(sets=("adam", "ours.yaml"), folder=tmp_path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: [", "ours.yaml:1: not valid YAML"),
        ("rules:\n  - a: 1\n    a: 2\n", "not valid YAML"),
        ("rules: !!python/object/apply:os.system [ls]", "not valid YAML"),
        ("", "a rule set is a mapping"),
        ("rules: many", "a rule set is a mapping"),
    ],
)
def test_a_file_that_is_no_rule_set_is_told(written, text, told):
    assert any(told in problem for problem in problems(written(text)))


def test_a_file_that_nests_too_deeply_or_multiplies_itself_is_told_at_once(written):
    assert "not valid YAML" in problems(written("[" * 5000))[0]
    lists = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12))
    bomb = f"x0: &x0 [a]\n{lists}\n" + RULE.replace("[AVAL]", "*x11")
    assert any("rule OUR-1: variables" in problem for problem in problems(written(bomb)))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9t\xe9\n")
    assert "not UTF-8" in problems(tmp_path / "latin.yaml")[0]
    assert "cannot be read" in problems(tmp_path / "absent.yaml")[0]


@pytest.mark.parametrize("name", ["../ours.yaml", "sub/../../ours.yaml"])
def test_a_rule_file_outside_the_specs_folder_is_refused(name, make_spec, tmp_path):
    (tmp_path / "ours.yaml").write_text(RULE)
    (tmp_path / "study" / "sub").mkdir(parents=True)
    with pytest.raises(SpecError, match="must be a file in the spec's own folder"):
        load_rules(make_spec(sets=(name,), folder=tmp_path / "study"))


def test_an_absolute_path_and_a_link_out_of_the_folder_are_refused(make_spec, tmp_path):
    (tmp_path / "ours.yaml").write_text(RULE)
    study = tmp_path / "study"
    study.mkdir()
    (study / "link.yaml").symlink_to(tmp_path / "ours.yaml")
    with pytest.raises(SpecError, match="must be a file in the spec's own folder"):
        load_rules(make_spec(sets=(str(tmp_path / "ours.yaml"),), folder=study))
    with pytest.raises(SpecError, match="leads out of the spec's own folder"):
        load_rules(make_spec(sets=("link.yaml",), folder=study))


def test_a_missing_set_says_where_it_was_named_and_what_was_meant(make_spec, written, tmp_path):
    written(RULE)
    spec = make_spec(sets=("adma", "our.yaml"), folder=tmp_path)
    origins = Origins({("rules", "sets", 0): Origin("study.yaml", 7, 10)}, Origin("study.yaml", 1))
    with pytest.raises(SpecError) as caught:
        load_rules(spec.model_copy(update={"origins": origins}))
    assert caught.value.problems[0].startswith("study.yaml:7:10: no rule set 'adma' ships with tlf. Did you mean adam?")
    assert caught.value.problems[1].endswith("no file 'our.yaml' in the spec's folder. Did you mean ours.yaml?")
