import pytest

from tlf.validate.dataset_class import belongs, dataset_class


@pytest.mark.parametrize(
    ("name", "variables", "found"),
    [
        ("ADSL", ["USUBJID", "AETERM"], "ADSL"),
        ("ADTR", ["PARAMCD", "AVAL", "DOMAIN"], "BDS"),
        ("ADXX", ["AVAL"], "BDS"),
        ("ADTTE", ["PARAMCD", "AVAL"], "TTE"),
        ("ADEFF", ["PARAMCD", "CNSR"], "TTE"),
        ("ADEFF", ["PARAMCD", "STARTDT"], "TTE"),
        ("ADAE", ["AETERM", "AVAL"], "OCCDS"),
        ("ADCM", ["CMDECOD"], "OCCDS"),
        ("ADXX", ["USUBJID"], "OTHER"),
        ("DS", ["DOMAIN", "DSTERM"], "SDTM"),
        ("SUPPAE", ["RDOMAIN"], "SDTM"),
    ],
)
def test_a_dataset_is_known_by_its_name_and_variables(make, name, variables, found):
    assert dataset_class(make(name, {variable: [1.0] for variable in variables})) == found


def test_a_time_to_event_dataset_gets_the_rules_of_bds_and_sdtm_none_of_adam():
    assert belongs("TTE", "BDS")
    assert not belongs("BDS", "TTE")
    assert belongs("OTHER", "all")
    assert not belongs("SDTM", "all")
    assert belongs("SDTM", "SDTM")
