"""The plan: every name resolved, outputs in the order of a report."""

import subprocess
import sys

import pytest

from tlf.errors import SpecError
from tlf.run.catalogue import plan_text
from tlf.run.plan import outputs_by_dataset, plan_study
from tlf.spec.load import load_spec


@pytest.fixture(scope="module")
def spec(root):
    return load_spec(root / "specs" / "netter1" / "study.yaml")


def test_outputs_stand_as_in_a_report_tables_figures_listings(spec):
    assert [planned.output_id for planned in plan_study(spec).outputs] == [
        "T-14-1-2-1",
        "T-14-2-4-2",
        "F-14-2-4-5",
        "L-16-2-6-1",
    ]


def test_a_shell_implies_its_analysis_from_the_keys_of_the_output(spec):
    plan = plan_study(spec)
    implied = plan.analyses["T-14-1-2-1"]
    assert (implied.method, implied.analysis_set, implied.by, implied.total) == ("summary", "FAS", "arm", True)
    assert implied.variables == spec.outputs["T-14-1-2-1"].rows


def test_an_implied_analysis_that_does_not_fit_is_told_with_its_place(spec):
    shells = {
        **spec.shells,
        "demographics": spec.shells["demographics"].model_copy(update={"analysis": {"method": "=summary"}}),
    }
    with pytest.raises(SpecError, match=r"study\.yaml:\d+:\d+: T-14-1-2-1: shell demographics computes method summary"):
        plan_study(spec.model_copy(update={"shells": shells}))


def test_a_shell_that_names_no_key_of_the_output_is_told(spec):
    analysis = {"method": "=summary", "by": "columns.byy"}
    shells = {**spec.shells, "demographics": spec.shells["demographics"].model_copy(update={"analysis": analysis})}
    with pytest.raises(SpecError, match=r"no key columns\.byy\. Did you mean by\?"):
        plan_study(spec.model_copy(update={"shells": shells}))


def test_each_dataset_knows_the_outputs_that_it_touches(example):
    touched = outputs_by_dataset(example.plan, example.source)
    assert touched["ADSL"] == ("T-14-1-2-1", "T-14-2-4-2", "F-14-2-4-5", "L-16-2-6-1")
    assert touched["ADTR"] == ("T-14-2-4-2", "F-14-2-4-5", "L-16-2-6-1")
    assert touched["ADTTE"] == ("T-14-2-4-2", "F-14-2-4-5")


def test_the_plan_reads_as_text(spec, snapshot):
    snapshot("plan_netter1", plan_text(plan_study(spec)))


def test_what_is_available_stays_visible(snapshot):
    # in a process of its own: other tests register names too
    command = [sys.executable, "-m", "tlf.cli.app", "list", "--available"]
    snapshot("list_available", subprocess.run(command, capture_output=True, text=True, check=True).stdout)
