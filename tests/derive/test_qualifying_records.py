"""Which assessments count towards a best change."""

import numpy as np
import pytest

from tlf.derive.qualifying_records import qualifying_records
from tlf.errors import DerivationError
from tlf.model.duration import Duration
from tlf.model.spec import Derivation, keywords_of


def qualifying(data):
    keys = keywords_of(data.spec.derivations["shrinkage"], Derivation)
    return qualifying_records(data, "shrinkage", records=keys["records"], until=keys["until"])


def test_records_keep_their_index_so_that_they_lead_back_to_the_dataset(trial):
    data = trial.study()
    found = qualifying(data).frame
    assert found.equals(data.dataset("ADTR").frame.loc[found.index])


def test_a_subject_without_an_end_has_none_and_is_named_in_the_log(trial):
    adtte = trial.study().dataset("ADTTE").frame
    found = qualifying(trial.study(ADTTE=adtte[adtte["USUBJID"] != "S03"]))
    assert "S03" not in set(found.frame["USUBJID"])
    assert found.log[-1].note == "no PFS record, so none qualifies: S03"
    assert qualifying(trial.study()).log[-1].note == ""


@pytest.mark.parametrize("variable", ["PCHG", "ADT", "ADY"])
def test_a_record_without_change_or_date_does_not_qualify(trial, variable):
    adtr = trial.study().dataset("ADTR").frame
    before = qualifying(trial.study()).frame
    adtr.loc[before.index[0], variable] = np.nan
    assert before.index[0] not in qualifying(trial.study(ADTR=adtr)).frame.index


def test_a_missing_event_or_censoring_date_is_refused(trial):
    adtte = trial.study().dataset("ADTTE").frame
    adtte.loc[2, "ADT"] = np.nan
    with pytest.raises(DerivationError, match=r"ADTTE\.ADT is missing for S03: expected a value"):
        qualifying(trial.study(ADTTE=adtte))


def test_a_landmark_in_months_is_compared_in_days(trial):
    data = trial.hand({"S1": {"changes": [(182, -1.0), (183, -2.0)]}})
    assert qualifying(data).until(Duration(6.0, "mo"))["ADY"].tolist() == [182.0]  # 182.625 days
    assert qualifying(data).until(Duration(None))["ADY"].tolist() == [182.0, 183.0]
