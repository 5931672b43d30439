"""Every rule of specs/rules/adam.yaml: a clean study fires none, and one mutation fires that rule and no other."""

import copy

import pytest

from tlf.resources import specs_folder
from tlf.validate.rule_sets import read_rules
from tlf.validate.validate_study import validate_study

RULES = {rule.id: rule for rule in read_rules(specs_folder() / "rules" / "adam.yaml", shown="adam.yaml")}


def put(dataset, variable, position, value):
    """Set one value."""
    return lambda parts: parts.columns[dataset][variable].__setitem__(position, value)


def add(dataset, **columns):
    """Add or replace whole variables."""
    return lambda parts: parts.columns[dataset].update(columns)


def drop(dataset, *variables):
    """Take variables away."""
    return lambda parts: [parts.columns[dataset].pop(name) for name in variables]


def repeat(dataset, position, **changes):
    """Append a copy of one record, with some values changed."""

    def mutate(parts):
        for name, values in parts.columns[dataset].items():
            values.append(changes.get(name, values[position]))

    return mutate


def form(dataset, variable, written):
    return lambda parts: parts.formats.setdefault(dataset, {}).update({variable: written})


def every(*mutations):
    return lambda parts: [mutate(parts) for mutate in mutations]


def flag(dataset, variable, value):
    """Add a flag that is missing but on the first record."""

    def mutate(parts):
        size = len(parts.columns[dataset]["USUBJID"])
        parts.columns[dataset][variable] = [value] + [None] * (size - 1)

    return mutate


def population(variable):
    return add("ADSL", **{variable: ["Y", None, "N"]})


SDIAM_CODE = {"PARAMCD": lambda code: [code] * 9 + ["NEWLES"]}["PARAMCD"]
DAY = 86400.0
ADT = [19990.0, 20084.0, 20168.0, 20000.0, 20094.0, 20178.0, 20010.0, 20104.0, 20188.0, 20168.0]
ADTM = add("ADTR", ADTM=[day * DAY + 3600 for day in ADT])
# T-02 has AVAL 30, 33, 36; against a base of 31 CHG is -1, 2, 5
WRONG_BASE = every(
    *(put("ADTR", "BASE", at, 31.0) for at in (3, 4, 5)),
    put("ADTR", "CHG", 4, 2.0),
    put("ADTR", "CHG", 5, 5.0),
    put("ADTR", "PCHG", 4, 200 / 31),
    put("ADTR", "PCHG", 5, 500 / 31),
)
BASETYPE = add("ADTR", BASETYPE=["LAST"] * 10)

MUTATIONS = {
    "ADAM-1": lambda parts: parts.columns.pop("ADSL"),
    "ADAM-13": add("ADAE", TOOLONGNAME=["x", "y"]),
    "ADAM-14": add("ADAE", **{"1ABC": ["x", "y"]}),
    "ADAM-15": add("ADAE", **{"AB-C": ["x", "y"]}),
    "ADAM-16": lambda parts: parts.labels.update(ADAE={"AETERM": "x" * 41}),
    "ADAM-17": put("ADAE", "AETERM", 0, "x" * 201),
    "ADAM-320": lambda parts: parts.titles.update(ADSL="Subjects"),
    "TLF-CT-1": put("ADSL", "SEX", 0, "Male"),
    "TLF-CT-2": put("ADSL", "AGEU", 0, "YEAR"),
    "ADAM-88": drop("ADAE", "STUDYID"),
    "ADAM-89": drop("ADAE", "USUBJID"),
    "ADAM-47": drop("ADSL", "SITEID"),
    "ADAM-48": drop("ADSL", "FASFL", "DTHFL"),
    "ADAM-49": drop("ADSL", "AGE"),
    "ADAM-50": drop("ADSL", "AGEU"),
    "ADAM-51": drop("ADSL", "SEX"),
    "ADAM-52": drop("ADSL", "RACE"),
    "ADAM-55": drop("ADSL", "SUBJID"),
    "ADAM-71": drop("ADSL", "ARM"),
    "ADAM-72": drop("ADSL", "TRT01P"),
    "ADAM-90": drop("ADTR", "TRTP", "TRTPN"),
    "ADAM-194": drop("ADTR", "PARAM"),
    "ADAM-195": drop("ADTR", "PARAMCD"),
    "ADAM-198": drop("ADTR", "AVAL"),
    "ADAM-373": drop("ADTTE", "CNSR"),
    "ADAM-245": drop("ADTTE", "STARTDT"),
    "ADAM-246": drop("ADTTE", "ADT"),
    "ADAM-58": add("ADAE", ASTDT=["2014-10-05", "2014-10-15"]),
    "ADAM-59": add("ADTR", ATM=["10:00"] * 10),
    "ADAM-60": add("ADTR", ADTM=["2014-10-05T10:00"] * 10),
    "TLF-TYPE-1": add("ADTTE", AVAL=["58", "100", "71", "101", "31", "101"]),
    "TLF-TYPE-2": add("ADSL", SEX=[1.0, 2.0, 1.0]),
    "ADAM-54": repeat("ADSL", 0),
    "TLF-KEY-1": put("ADTR", "ASEQ", 1, 1.0),
    "TLF-KEY-2": put("ADAE", "USUBJID", 1, None),
    "TLF-KEY-3": repeat("ADTR", 2, ASEQ=5.0),
    "ADAM-256": put("ADAE", "USUBJID", 1, "T-99"),
    "ADAM-196": put("ADTR", "PARAM", 2, None),
    "ADAM-197": put("ADTR", "PARAMCD", 9, None),
    "ADAM-143": add("ADTR", PARAMCD=SDIAM_CODE("SDIAMETER")),
    "ADAM-144": add("ADTR", PARAMCD=SDIAM_CODE("1DIAM")),
    "ADAM-145": add("ADTR", PARAMCD=SDIAM_CODE("SD-IAM")),
    "ADAM-148": add("ADTR", PARAMN=[1.5] * 9 + [2.0]),
    "ADAM-123": add("ADTR", PARAMTYP=["DERIVED"] + [None] * 7 + ["OTHER", None]),
    "ADAM-124": put("ADTR", "PARCAT1", 2, "Non-target"),
    "ADAM-151": add("ADTR", CRIT1=["AVAL > 5", "AVAL > 6"] + [None] * 8),
    "ADAM-76": put("ADSL", "TRT01PN", 2, 3.0),
    "ADAM-77": put("ADSL", "TRT01P", 2, "C"),
    "ADAM-242": add("ADSL", TRT01A=["A", "B", "A"], TRT01AN=[1.0, 2.0, 3.0]),
    "ADAM-243": add("ADSL", TRT01A=["A", "B", "C"], TRT01AN=[1.0, 2.0, 1.0]),
    "ADAM-92": put("ADTR", "TRTPN", 2, 3.0),
    "ADAM-93": put("ADTR", "TRTP", 2, "C"),
    "ADAM-95": add("ADTR", TRTA=["A"] * 10, TRTAN=[1.0] * 9 + [2.0]),
    "ADAM-96": add("ADTR", TRTA=["A"] * 9 + ["B"], TRTAN=[1.0] * 10),
    "ADAM-109": put("ADTR", "AVISITN", 4, 13.0),
    "ADAM-110": put("ADTR", "AVISIT", 4, "Week 13"),
    "ADAM-117": add("ADTR", ATPT=["PRE", "POST"] + [None] * 8, ATPTN=[1.0, 1.0] + [None] * 8),
    "ADAM-118": add("ADTR", ATPT=["PRE", "PRE"] + [None] * 8, ATPTN=[1.0, 2.0] + [None] * 8),
    "ADAM-125": add("ADTR", PARCAT1N=[1.0] * 10),
    "ADAM-126": add("ADTR", PARCAT1N=[1.0] * 8 + [3.0, 2.0]),
    "ADAM-141": put("ADTR", "PARAM", 2, "Sum of Longest Diameters (mm)"),
    "ADAM-142": put("ADTR", "PARAM", 9, "Sum of Diameters (mm)"),
    "ADAM-146": add("ADTR", PARAMN=[1.0] * 10),
    "ADAM-147": add("ADTR", PARAMN=[1.0] * 8 + [3.0, 2.0]),
    "ADAM-223": put("ADTR", "CHG", 1, -9.0),
    "ADAM-225": put("ADTR", "PCHG", 1, -19.9),
    "ADAM-127": put("ADTR", "ABLFL", 3, None),
    "ADAM-128": add("ADTR", BASEC=[None] * 9 + ["N"]),
    "ADAM-152": every(WRONG_BASE, BASETYPE),
    "ADAM-181": WRONG_BASE,
    "ADAM-154": every(put("ADTR", "ABLFL", 7, "Y"), BASETYPE),
    "ADAM-155": put("ADTR", "ABLFL", 7, "Y"),
    "TLF-BDS-1": every(put("ADTR", "BASE", 8, 48.0), put("ADTR", "CHG", 8, 12.0), put("ADTR", "PCHG", 8, 25.0)),
    "ADAM-5": put("ADSL", "DTHFL", 0, "U"),
    "ADAM-19": population("COMPLFL"),
    "ADAM-20": population("FASFL"),
    "ADAM-21": population("ITTFL"),
    "ADAM-22": population("PPROTFL"),
    "ADAM-23": population("SAFFL"),
    "ADAM-24": population("RANDFL"),
    "ADAM-25": population("ENRLFL"),
    "ADAM-33": flag("ADTR", "SAFRFL", "N"),
    "ADAM-34": flag("ADTR", "SAFPFL", "N"),
    "ADAM-176": put("ADTR", "ABLFL", 1, "N"),
    "ADAM-178": put("ADTR", "ANL01FL", 1, "N"),
    "ADAM-269": put("ADAE", "TRTEMFL", 1, "N"),
    "ADAM-270": flag("ADAE", "PREFL", "N"),
    "ADAM-271": flag("ADAE", "FUPFL", "N"),
    "ADAM-363": flag("ADTR", "ONTRTFL", "N"),
    "ADAM-619": flag("ADTR", "LVOTFL", "N"),
    "ADAM-39": flag("ADTR", "ADTF", "X"),
    "ADAM-40": flag("ADTR", "ATMF", "X"),
    "ADAM-41": form("ADTR", "ADT", "8."),
    "ADAM-42": every(add("ADTR", ATM=[3600.0] * 10), form("ADTR", "ATM", "")),
    "ADAM-43": every(ADTM, form("ADTR", "ADTM", "DATE9.")),
    "ADAM-44": every(ADTM, add("ADTR", ATM=[3600.0] * 9 + [3660.0])),
    "ADAM-45": every(ADTM, put("ADTR", "ADTM", 1, 20085 * DAY + 3600)),
    "ADAM-46": put("ADTR", "ADY", 0, 0.0),
    "ADAM-98": add("ADAE", APSDY=[5.0, 1.0], APEDY=[3.0, 1.0]),
    "ADAM-99": put("ADAE", "ASTDY", 0, 9.0),
    "ADAM-121": put("ADSL", "TRTSDT", 0, 20051.0),
    "ADAM-122": add("ADAE", APSDTM=[20005 * DAY + 7200, None], APEDTM=[20005 * DAY + 3600, None]),
    "ADAM-361": put("ADAE", "ASTDT", 0, 20007.0),
    "ADAM-362": add("ADAE", ASTDTM=[None, 20015 * DAY + 7200], AENDTM=[None, 20015 * DAY + 3600]),
    "TLF-X-1": put("ADTTE", "AGE", 2, 26.0),
    "ADAM-169": put("ADTTE", "CNSR", 1, 0.5),
    "ADAM-247": put("ADTTE", "AVAL", 0, None),
    "ADAM-248": every(
        put("ADTTE", "STARTDT", 4, None), put("ADTTE", "PARAMCD", 4, "TTP"), put("ADTTE", "PARAM", 4, "Progression")
    ),
    "ADAM-249": put("ADTTE", "ADT", 1, None),
    "TLF-TTE-1": put("ADTTE", "AVAL", 4, -31.0),
    "TLF-TTE-2": every(put("ADTTE", "ADT", 4, 20019.0), put("ADTTE", "AVAL", 4, 0.0)),
    "TLF-TTE-3": put("ADTTE", "AVAL", 0, 57.0),
    "TLF-TTE-4": repeat("ADTTE", 4, ASEQ=3.0),
    "TLF-TTE-5": put("ADTTE", "EVNTDESC", 0, None),
    "TLF-TTE-6": every(put("ADTTE", "STARTDT", 4, 20021.0), put("ADTTE", "AVAL", 4, 30.0)),
    "TLF-TTE-7": put("ADTTE", "CNSR", 1, 0.0),
    "TLF-TTE-8": every(put("ADTTE", "ADT", 4, 20130.0), put("ADTTE", "AVAL", 4, 111.0)),
    # 20120, the last date, is 2015-02-01
    "TLF-TTE-9": lambda parts: parts.study.update(data_cutoff="2015-01-31"),
}
BESIDES = {"TLF-TTE-1": {"TLF-TTE-3"}, "TLF-TYPE-2": {"TLF-CT-1"}}  # a number is no term of Sex either
"""A negative time can only be seen alone where its dates say the same, and then they are in the wrong order."""

MESSAGES = {
    "ADAM-1": "ADSL is not among the study's data",
    "ADAM-54": "2 records have USUBJID T-01",
    "ADAM-256": "subject T-99 is not in ADSL",
    "ADAM-223": "CHG is -9, but AVAL - BASE is -10",
    "ADAM-225": "PCHG is -19.9, but 100 * (AVAL - BASE) / BASE is -20 (AVAL 40, BASE 50)",
    "ADAM-181": "BASE is 31 on the record with ABLFL = Y, but AVAL is 30",
    "ADAM-141": "PARAM is Sum of Longest Diameters (mm), but PARAMCD SDIAM has Sum of Diameters (mm) too",
    "ADAM-109": "AVISITN is 13, but PARAMCD SDIAM, AVISIT Week 12 has 12 too",
    "ADAM-20": "FASFL is missing, expected Y, N",
    "ADAM-5": "DTHFL is U, expected Y, N or missing",
    "ADAM-17": "the value of AETERM has 201 characters, more than 200",
    "ADAM-41": "the format of ADT is 8., not that of a date",
    # 20085 is 2014-12-28, 20084 the day before
    "ADAM-45": "ADT is 2014-12-27, but the date of ADTM is 2014-12-28",
    "ADAM-44": "ATM is 01:01:00, but the time of ADTM is 01:00:00",
    "ADAM-361": "ASTDT is 2014-10-11, after AENDT 2014-10-10",
    "ADAM-373": "the dataset has no CNSR",
    "ADAM-169": "CNSR is 0.5, expected a whole number, at least 0",
    "TLF-TYPE-1": "AVAL is character, but numeric values are expected",
    "TLF-TYPE-2": "SEX is numeric, but character values are expected",
    "TLF-TTE-1": "AVAL is -31, a negative time",
    "TLF-TTE-3": "AVAL is 57, but ADT - STARTDT + 1 is 58",
    "TLF-TTE-5": "CNSR is 0, an event, but EVNTDESC is missing",
    "TLF-TTE-6": "STARTDT is 2014-10-25, but ADSL.RANDDT is 2014-10-24",
    "TLF-TTE-7": "OS is an event, but ADSL.DTHFL is not Y",
    "TLF-TTE-8": "PFS is 111, longer than OS of the subject, 101",
    "TLF-TTE-9": "ADT is 2015-02-01, after the data cut-off 2015-01-31",
    "TLF-X-1": "AGE is 26, but ADSL has 62 for the subject",
}


def test_a_clean_study_has_no_finding_and_no_rule_in_error(clean, build):
    findings = validate_study(build(clean))
    assert findings.findings == ()
    assert {result.status for result in findings.rules} == {"passed", "skipped"}


def test_every_rule_has_a_mutation_that_is_to_fire_it():
    assert sorted(MUTATIONS) == sorted(RULES)


def touched(parts, before):
    """Keep ADSL and what differs from before: rules look at one dataset, or at one and ADSL."""
    changed = {*parts.formats, *parts.labels, *parts.titles}
    changed |= {name for name, columns in parts.columns.items() if columns != before[name]}
    if changed - {"ADSL"} and "ADSL" in parts.columns:
        parts.columns = {name: c for name, c in parts.columns.items() if name in changed or name == "ADSL"}
    return parts


@pytest.mark.parametrize("rule_id", list(MUTATIONS))
def test_a_mutation_fires_its_rule_and_no_other(rule_id, clean, build):
    before = copy.deepcopy(clean.columns)
    MUTATIONS[rule_id](clean)
    findings = validate_study(build(touched(clean, before)))
    assert {result.rule_id for result in findings.rules if result.status == "error"} == set()
    assert {finding.rule_id for finding in findings.findings} == {rule_id} | BESIDES.get(rule_id, set())
    messages = [finding.message for finding in findings.findings]
    if rule_id in MESSAGES:
        assert MESSAGES[rule_id] in messages
    for message in messages:
        assert not {"{", "absent", "nan"} & set(message.replace("{", " { ").split())


def test_a_percent_change_of_a_zero_baseline_is_impossible(clean, build):
    for at in (3, 4, 5):
        put("ADTR", "BASE", at, 0.0)(clean)
    every(put("ADTR", "AVAL", 3, 0.0), put("ADTR", "CHG", 4, 33.0), put("ADTR", "CHG", 5, 36.0))(clean)
    put("ADTR", "PCHG", 5, None)(clean)
    found = validate_study(build(clean)).findings
    assert [(f.rule_id, f.row) for f in found] == [("ADAM-225", 5)]
    assert found[0].message == "PCHG is 10, but 100 * (AVAL - BASE) / BASE is missing (AVAL 33, BASE 0)"


def test_percent_changes_that_differ_in_the_last_bits_are_right(clean, build):
    # 100 * (x / y) and 100 * x / y are the same number, but not the same double
    change = 35.0 - 30.0
    assert 100 * (change / 30.0) != 100 * change / 30.0
    put("ADTR", "AVAL", 4, 35.0)(clean)
    put("ADTR", "CHG", 4, change + 1e-15)(clean)
    put("ADTR", "PCHG", 4, 100 * (change / 30.0))(clean)
    assert validate_study(build(clean)).findings == ()
