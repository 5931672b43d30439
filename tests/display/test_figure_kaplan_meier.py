"""A Kaplan-Meier figure's data: what is drawn comes from Ard rows, in months."""

import pytest

from tlf.display.figure_kaplan_meier import figure_kaplan_meier
from tlf.errors import DisplayError
from tlf.model.ard import Stat, stat_rows

NAME = "pfs_by_group"
UP = (("BPCGR1", "≥30% decrease"),)


def put(variable, level, **stats):
    made = [
        Stat(name, name, value, not_estimable=None if value is not None else "not reached")
        for name, value in stats.items()
    ]
    return stat_rows(NAME, "kaplan_meier", made, groups=UP, variable=variable, variable_level=level)


@pytest.fixture
def rows():
    # four subjects: events on days 30 and 365.25, censored on days 60 and 400; S by hand: 3/4, then 3/4 * 1/2 = 3/8
    found = put("subjects", None, n=4.0, n_event=2.0, n_censor=2.0)
    found += put("quantile", "0.5", estimate=365.25, conf_low=30.0, conf_high=None)
    for day, risk in (("0", 4.0), ("182.625", 2.0), ("365.25", 2.0), ("547.875", 0.0)):
        found += put("at_risk", day, n_risk=risk)
    for day, events, censored, survival in (
        ("30", 1.0, 0.0, 0.75),
        ("60", 0.0, 1.0, 0.75),
        ("365.25", 1.0, 0.0, 0.375),
        ("400", 0.0, 1.0, 0.375),
    ):
        found += put("curve", day, n_event=events, n_censor=censored, estimate=survival)
    return found


@pytest.fixture
def make(request_of, monkeypatch):
    def figure(rows):
        request, keywords = request_of("F-14-2-4-5", rows)
        monkeypatch.setattr("tlf.display.figure_kaplan_meier._parameter_label", lambda *_: "Progression-Free Survival")
        monkeypatch.setattr("tlf.display.sections._sources", lambda _: ("ADSL", "ADTTE"))
        return figure_kaplan_meier(request, **keywords)

    return figure


def test_curves_ticks_and_risk_sets_are_in_months(make, rows):
    data = make(rows).data
    (series,) = data["series"]
    assert data["x_ticks"] == (0.0, 6.0, 12.0, 18.0)
    assert series["survival"] == (1.0, 0.75, 0.75, 0.375, 0.375)
    assert series["time"][-2] == 12.0
    assert series["time"][1] == pytest.approx(30 / 30.4375, rel=1e-15)
    assert series["censor_survival"] == (0.75, 0.375)
    assert (series["at_risk"], series["n"], series["events"]) == ((4, 2, 2, 0), 4, 2)


def test_the_median_prints_ne_where_a_limit_is_not_reached(make, rows):
    assert make(rows).data["series"][0]["median"] == "12.0 (1.0, NE)"


def test_a_grouping_made_after_baseline_carries_the_guarantee_time_caveat(make, rows):
    notes = " ".join(make(rows).sections.footnotes)
    assert "guarantee-time bias" in notes
    assert "counted in <30% decrease" in notes
    assert "Method profile: R." in notes


def test_the_figure_names_the_rows_that_it_draws(make, rows):
    figure = make(rows)
    assert len(figure.ard) == len(rows)


def test_a_subset_stands_after_the_analysis_set(make, rows):
    assert make(rows).sections.population == "Full Analysis Set, 177Lu-DOTATATE arm"


def test_a_failed_result_fails_the_figure(make, rows):
    failed = stat_rows(
        NAME, "kaplan_meier", [Stat("estimate", "S", error="negative time")], groups=UP, variable="curve"
    )
    with pytest.raises(DisplayError, match="negative time"):
        make([*rows, *failed])


def test_without_numbers_at_risk_it_says_what_to_add(make, rows):
    with pytest.raises(DisplayError, match="give it at_risk_every"):
        make([row for row in rows if row["variable"] != "at_risk"])
