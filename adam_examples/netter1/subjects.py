"""The subjects of the simulated trial: who they are, when and where they were randomised, and to what."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from tlf.model.dataset import sas_date

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.str_]
Mask = npt.NDArray[np.bool_]

LUTETIUM: Final = 1
OCTREOTIDE: Final = 2
ARM_NAMES: Final = {LUTETIUM: "177Lu-DOTATATE", OCTREOTIDE: "Octreotide LAR 60 mg"}
ARM_SIZES: Final = {LUTETIUM: 117, OCTREOTIDE: 114}
ENROLMENT: Final = (sas_date("2012-09-06"), sas_date("2016-01-14"))

# Margins that the paper prints are met exactly; the others are plausible for midgut tumours.
MALES: Final = {LUTETIUM: 63, OCTREOTIDE: 54}
AGES: Final = {LUTETIUM: (63.0, 9.0), OCTREOTIDE: (64.0, 10.0)}
KRENNING: Final = {LUTETIUM: (11, 35, 71), OCTREOTIDE: (13, 34, 67)}
RACES: Final = {
    "WHITE": 0.82,
    "BLACK OR AFRICAN AMERICAN": 0.05,
    "ASIAN": 0.02,
    "OTHER": 0.02,
    "NOT REPORTED": 0.09,
}
PRIMARIES: Final = {
    "Ileum": 0.72,
    "Jejunum": 0.06,
    "Small intestine NOS": 0.13,
    "Appendix": 0.02,
    "Right colon": 0.03,
    "Midgut NOS": 0.04,
}
GRADES: Final = {"Grade 1": 0.68, "Grade 2": 0.32}
ECOG: Final = {"0": 0.70, "1": 0.27, "2": 0.03}
COUNTRIES: Final = {
    "USA": (0.41, 15),
    "FRA": (0.15, 6),
    "DEU": (0.11, 5),
    "GBR": (0.11, 4),
    "ITA": (0.08, 4),
    "ESP": (0.06, 3),
    "BEL": (0.05, 2),
    "PRT": (0.03, 2),
}
"""Country -> share of the subjects, and number of sites."""


def simulate_subjects(enrolment: np.random.Generator, baseline: np.random.Generator) -> pd.DataFrame:
    """Return the randomised subjects, one row each, in order of randomisation.

    1. Spread 231 dates of randomisation over the enrolment window, and shuffle the two arms over them.
    2. Give each subject a country and a site; number the subjects of a site in order of randomisation.
    3. Draw the baseline characteristics; age, sex and Krenning score meet the margins in ``AGES``, ``MALES`` and
       ``KRENNING``.

    Args:
        enrolment: the stream of dates, arms and sites.
        baseline: the stream of characteristics.

    Returns:
        TRT01PN, RANDDT (days since 1960-01-01), SITEID, SUBJID, COUNTRY, AGE, SEX, RACE, KRENNINN, ECOGBL, TUMGRBL,
        PRIMSITE and TIMEDIAG (years).
    """
    arm = enrolment.permutation(np.repeat(list(ARM_SIZES), list(ARM_SIZES.values())))
    frame = pd.DataFrame({"TRT01PN": arm, "RANDDT": _randomisation_days(enrolment, arm.size)})
    frame["COUNTRY"] = _share_out(enrolment, {name: share for name, (share, _) in COUNTRIES.items()}, arm.size)
    frame["SITEID"] = _sites(enrolment, frame["COUNTRY"])
    within = frame.groupby("SITEID").cumcount().add(1).astype(str).str.zfill(3)
    frame["SUBJID"] = frame["SITEID"] + "-" + within
    frame["AGE"] = _by_arm(arm, lambda code, n: _ages(baseline, AGES[code], n))
    frame["SEX"] = np.where(_by_arm(arm, lambda code, n: baseline.permutation(n) < MALES[code]) == 1, "M", "F")
    frame["KRENNINN"] = _by_arm(arm, lambda code, n: baseline.permutation(np.repeat([2, 3, 4], KRENNING[code])))
    for name, shares in {"RACE": RACES, "ECOGBL": ECOG, "TUMGRBL": GRADES, "PRIMSITE": PRIMARIES}.items():
        frame[name] = _share_out(baseline, shares, arm.size)
    frame["TIMEDIAG"] = np.clip(np.round(baseline.lognormal(np.log(3.8), 0.75, arm.size), 1), 0.2, 25.0)
    return frame


def _randomisation_days(stream: np.random.Generator, count: int) -> Ints:
    """Return sorted days: few at first, since sites open one after another; the first and last day are both used."""
    first, last = ENROLMENT
    days = np.sort(first + np.floor((last - first + 1) * stream.beta(1.5, 1.1, count))).astype(np.int64)
    days[[0, -1]] = int(first), int(last)
    return days


def _share_out(stream: np.random.Generator, shares: dict[str, float], count: int) -> Texts:
    """Return ``count`` names drawn with the given shares."""
    return stream.choice(np.array(list(shares)), size=count, p=np.array(list(shares.values())))


def _sites(stream: np.random.Generator, countries: pd.Series) -> Texts:
    """Return three-digit site numbers, the first digit the country's; larger sites come first in a country."""
    counts = countries.map({name: sites for name, (_, sites) in COUNTRIES.items()}).to_numpy()
    numbers = countries.map({name: 100 * (place + 1) for place, name in enumerate(COUNTRIES)}).to_numpy()
    within = np.floor(counts * stream.beta(1.0, 1.5, counts.size)).astype(np.int64)
    return (numbers + 1 + within).astype(np.str_)


def _ages(stream: np.random.Generator, mean_sd: tuple[float, float], count: int) -> Ints:
    """Return whole years with the mean and standard deviation of the arm, to within the rounding."""
    drawn = stream.normal(size=count)
    scaled = mean_sd[0] + mean_sd[1] * (drawn - drawn.mean()) / drawn.std(ddof=1)
    years: Ints = np.clip(np.rint(scaled), 27, 88).astype(np.int64)
    return years


def _by_arm(arm: Ints, draw: Any) -> Ints:
    """Return one whole number a subject, drawn arm by arm: ``draw(code, size of the arm)``."""
    values = np.zeros(arm.size, dtype=np.int64)
    for code, size in ARM_SIZES.items():
        values[arm == code] = draw(code, size)
    return values
