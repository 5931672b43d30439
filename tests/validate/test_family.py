import pytest

from tlf.validate.family import Member, is_family, match, members, twin


@pytest.mark.parametrize(
    ("pattern", "name", "indices"),
    [
        ("TRTxxP", "TRT01P", {"xx": "01"}),
        ("TRTxxP", "TRT99P", {"xx": "99"}),
        ("ANLzzFL", "ANL10FL", {"zz": "10"}),
        ("CRITy", "CRIT3", {"y": "3"}),
        ("TRxxPGy", "TR02PG1", {"xx": "02", "y": "1"}),
        ("*DT", "STARTDT", {"stem": "START"}),
        ("AVAL", "AVAL", {}),
    ],
)
def test_a_name_of_the_family_gives_its_indices(pattern, name, indices):
    assert match(pattern, name) == Member(name, indices)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("TRTxxP", "TRT00P"),
        ("TRTxxP", "TRT1P"),
        ("TRTxxP", "TRT01PN"),
        ("CRITy", "CRIT0"),
        ("*DT", "DT"),
        ("AVAL", "AVALC"),
    ],
)
def test_other_names_are_not_of_the_family(pattern, name):
    assert match(pattern, name) is None


def test_members_come_in_the_order_of_the_names_without_the_excluded():
    names = ["ADTM", "ATM", "ARELTM", "TRTSTM"]
    assert [m.name for m in members(["*TM"], names, exclude=["*DTM", "*ELTM"])] == ["ATM", "TRTSTM"]


def test_a_name_of_two_families_is_a_member_once():
    assert len(members(["*FL", "ANLzzFL"], ["ANL01FL"])) == 1


def test_a_twin_has_the_stem_and_the_indices_of_the_member():
    assert twin("*EDT", match("*SDT", "TRTSDT")) == "TRTEDT"
    assert twin("TRxxPGyN", match("TRxxPGy", "TR01PG2")) == "TR01PG2N"
    assert twin("AVISIT", match("AVISITN", "AVISITN")) == "AVISIT"


def test_only_capitals_digits_and_placeholders_make_a_family():
    assert is_family("TRTxxPN")
    assert is_family("*")
    assert not is_family("Aval")
    assert not is_family("AVAL|BASE")
    assert not is_family("")
