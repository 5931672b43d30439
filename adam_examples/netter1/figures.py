"""Figures of the simulated data beside those that the paper prints, to see how near the simulation comes.

Nothing here is a trial result: the left columns describe simulated data, the right columns are quoted from
Pavel et al., Cancer Medicine 2025 (CC BY 4.0).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from subjects import ARM_NAMES, LUTETIUM, OCTREOTIDE

from tlf.analyse.cox import cox
from tlf.analyse.survival import kaplan_meier
from tlf.model.dataset import Dataset
from tlf.model.duration import DAYS_PER_MONTH

PUBLISHED: Final = {
    "Randomised": ("117", "114"),
    "Age, mean (SD)": ("63 (9)", "64 (10)"),
    "Male": ("54 %", "47 %"),
    "Krenning score 2 / 3 / 4": ("11 / 35 / 71", "13 / 34 / 67"),
    "Evaluable for best shrinkage": ("102", "86"),
    "Any shrinkage": ("78", "34"),
    "Shrinkage of 30 % or more": ("18", "7"),
    "Best change to week 48: n; median": ("66; -12.3", "31; 0.0"),
    "Best change to week 72: n; median": ("49; -10.8", "14; -10.6"),
    "Cox, 150 days: n; HR": ("about 1.0", "64; 0.918"),
    "Cox, no limit: n; HR": ("102; 1.002", "86; 0.967"),
    "PFS median, 30 % or more / less (months)": ("17.6 / 25.0", "not printed"),
    "OS median, 30 % or more / less (months)": ("NE / 44.3", "not printed"),
    "PFS median (months)": ("not reached, primary cut-off", "8.5, primary cut-off"),
}
"""Figure -> as printed for 177Lu-DOTATATE and for high-dose octreotide LAR."""
CAVEAT: Final = "Simulated data. The obtained figures are not results of the NETTER-1 trial.\n"


def comparison_table(adsl: Dataset, adtr: Dataset, adtte: Dataset) -> str:
    """Return a Markdown table: figure, obtained and published for each arm."""
    obtained = {code: _figures(code, adsl, adtr, adtte) for code in (LUTETIUM, OCTREOTIDE)}
    names = [ARM_NAMES[LUTETIUM], ARM_NAMES[OCTREOTIDE]]
    lines = [CAVEAT, f"| Figure | {names[0]}: simulated | published | {names[1]}: simulated | published |"]
    lines.append("|---|---|---|---|---|")
    for figure, (lutetium, octreotide) in PUBLISHED.items():
        ours = obtained[LUTETIUM][figure], obtained[OCTREOTIDE][figure]
        lines.append(f"| {figure} | {ours[0]} | {lutetium} | {ours[1]} | {octreotide} |")
    return "\n".join(lines) + "\n"


def _figures(arm: int, adsl: Dataset, adtr: Dataset, adtte: Dataset) -> dict[str, str]:
    """Return every figure of one arm as text."""
    subjects = adsl.frame[adsl.frame["TRT01PN"] == arm].set_index("USUBJID")
    times = {name: _times(adtte, name).loc[subjects.index] for name in ("PFS", "OS")}
    changes = _changes(adtr, times["PFS"])
    best = changes.groupby("USUBJID")["PCHG"].min().reindex(subjects.index)
    deep = (best <= -30).to_numpy()
    krenning = subjects["KRENNINN"].value_counts()
    evaluable = _best(changes, np.inf)
    figures = {
        "Randomised": str(len(subjects)),
        "Age, mean (SD)": f"{subjects['AGE'].mean():.1f} ({subjects['AGE'].std():.1f})",
        "Male": f"{100 * (subjects['SEX'] == 'M').mean():.0f} %",
        "Krenning score 2 / 3 / 4": " / ".join(str(krenning[score]) for score in (2.0, 3.0, 4.0)),
        "Evaluable for best shrinkage": str(len(evaluable)),
        "Any shrinkage": str(int((evaluable["PCHG"] < 0).sum())),
        "Shrinkage of 30 % or more": str(int((evaluable["PCHG"] <= -30).sum())),
        "Cox, 150 days: n; HR": _hazard_ratio(_best(changes, 150), 150),
        "Cox, no limit: n; HR": _hazard_ratio(evaluable, 0),
        "PFS median (months)": f"{_median(times['PFS'])}, final cut-off",
    }
    for week in (48, 72):
        at_risk = _best(changes, 7 * week)
        figures[f"Best change to week {week}: n; median"] = f"{len(at_risk)}; {at_risk['PCHG'].median():.1f}"
    for name, time in times.items():
        figures[f"{name} median, 30 % or more / less (months)"] = f"{_median(time[deep])} / {_median(time[~deep])}"
    return figures


def _times(adtte: Dataset, paramcd: str) -> pd.DataFrame:
    """Return AVAL, CNSR and ADT of a parameter by subject."""
    records = adtte.frame[adtte.frame["PARAMCD"] == paramcd]
    return records.set_index("USUBJID")[["AVAL", "CNSR", "ADT"]]


def _changes(adtr: Dataset, pfs: pd.DataFrame) -> pd.DataFrame:
    """Return the valid changes on or before the PFS date, with the PFS time and whether a new lesion was there."""
    frame = adtr.frame[adtr.frame["USUBJID"].isin(pfs.index)]
    new = frame[frame["PARAMCD"] == "NEWLES"].set_index(["USUBJID", "AVISITN"])["AVALC"].rename("NEWLES")
    sums = frame[(frame["PARAMCD"] == "SDIAM") & (frame["ANL01FL"] == "Y") & frame["PCHG"].notna()]
    joined = sums[["USUBJID", "AVISITN", "ADT", "ADY", "PCHG"]].join(pfs.add_prefix("PFS"), on="USUBJID")
    joined = joined.join(new, on=["USUBJID", "AVISITN"])
    return joined.loc[joined["ADT"] <= joined["PFSADT"]]


def _best(changes: pd.DataFrame, landmark: float) -> pd.DataFrame:
    """Return best change and PFS of the subjects at risk at a landmark whose best response is not progression."""
    qualifying = changes[changes["ADY"] <= landmark]
    new = (qualifying["NEWLES"] == "Y").groupby(qualifying["USUBJID"]).all()
    best = qualifying.groupby("USUBJID").agg({"PCHG": "min", "PFSAVAL": "first", "PFSCNSR": "first"})
    at_risk = (best["PFSAVAL"] > landmark) if np.isfinite(landmark) else True
    kept: pd.DataFrame = best[(best["PCHG"] < 20) & ~new & at_risk]
    return kept


def _median(time: pd.DataFrame) -> str:
    """Return the Kaplan-Meier median in months, or NE."""
    months = time["AVAL"].to_numpy() / DAYS_PER_MONTH
    median = kaplan_meier(months, (time["CNSR"] == 0).to_numpy()).quantile(0.5).estimate
    return "NE" if np.isnan(median) else f"{median:.1f}"


def _hazard_ratio(best: pd.DataFrame, landmark: int) -> str:
    """Return n and the hazard ratio of PFS for one percentage point more shrinkage."""
    time = (best["PFSAVAL"] - landmark).to_numpy()
    event = (best["PFSCNSR"] == 0).to_numpy()
    model = cox(time, event, -best["PCHG"].to_numpy().reshape(-1, 1))
    return f"{len(best)}; {model.hazard_ratio[0]:.3f}"
