"""Displays as a study makes them: a model table, a summary table, a listing of many pages, a Kaplan-Meier figure."""

import io
import shutil
import subprocess

import pytest

from tlf.model.display import SIMULATED, Cell, Column, Figure, Listing, Row, Sections, Table
from tlf.model.spec import Page

LU, OCT = "177Lu-DOTATATE (N=117)", "Octreotide LAR 60 mg (N=114)"
COX = {
    LU: (
        ("150 days", "76", "50", "-8.5 (-60.0, 11.4)", "1.002 (0.985, 1.020)", "0.7808"),
        ("72 wk (504 days)", "49", "25", "-10.8 (-64.0, 11.4)", "1.010 (0.985, 1.036)", "0.4310"),
        ("No limit", "102", "70", "-15.2 (-70.1, 19.2)", "1.002 (0.990, 1.020)", "0.7808"),
    ),
    OCT: (
        ("150 days", "64", "51", "1.2 (-54.6, 18.0)", "0.918 (0.865, 0.974)", "0.0050"),
        ("72 wk (504 days)", "14", "8", "-10.6 (-46.4, 5.0)", "NE (NE, NE)", "NE"),
        ("No limit", "86", "75", "3.3 (-57.2, 18.9)", "0.967 (0.943, 0.991)", "<0.0001"),
    ),
}


def cells(*texts):
    return tuple(Cell(text) for text in texts)


def make_sections(output_id="T-14-2-4-2", title="Cox Regression of Landmark Progression-Free Survival", **given):
    kind, *parts = output_id.split("-")
    values = {
        "header_left": ("Example Sponsor", "Protocol NETTER1-SIM"),
        "header_right": ("Confidential", "Draft"),
        "abbreviations": "CI = confidence interval; HR = hazard ratio; NE = not estimable",
        "footnotes": ("Cox proportional hazards model, one for each group and landmark; ties: Efron.",),
        "footer": ("Source: ADSL, ADTTE   Data cut-off: 18JAN2021", f"Program: program   Output: {output_id}"),
        "simulated": SIMULATED,
    }
    number = f"{ {'T': 'Table', 'F': 'Figure', 'L': 'Listing'}[kind] } {'.'.join(parts)}"
    return Sections(output_id, number, title, "Full Analysis Set", **{**values, **given})


def make_table(**given):
    rows = []
    for arm, lines in COX.items():
        if rows:
            rows.append(Row((), kind="blank"))
        rows.append(Row(cells(arm, *[""] * 5), kind="label", block=arm))
        rows.extend(Row(cells(*line), indent=1, block=arm, carried=((0, arm),)) for line in lines)
    columns = (
        Column("landmark", "Landmark"),
        Column("n", "n", "decimal"),
        Column("events", "Events", "decimal"),
        Column("change", "Best change from baseline (%)\nMedian (min, max)", "decimal"),
        Column("hr", "Hazard ratio\n(95% CI)", "decimal", spanner="Cox model"),
        Column("p", "p-value", "decimal", spanner="Cox model"),
    )
    return Table(make_sections(**given), columns, tuple(rows))


def make_listing(subjects=12, visits=9):
    rows, arm = [], (0, "Treatment: 177Lu-DOTATATE")
    for number in range(subjects):
        subject = (1, f"Subject: NETTER1-SIM-{1001 + number}")
        block = subject[1]
        if rows:
            rows.append(Row((), kind="blank"))
        else:
            rows.append(Row(cells(arm[1], "", "", ""), kind="label", block=block))
        rows.append(Row(cells(subject[1], "", "", ""), indent=1, kind="label", block=block, carried=(arm,)))
        for visit in range(visits):
            texts = (f"Week {12 * visit}", "15MAR2013", f"{100 - visit - number / 10:.1f}", "Y")
            rows.append(Row(cells(*texts), indent=2, block=block, carried=(arm, subject)))
    columns = (
        Column("AVISIT", "Analysis Visit"),
        Column("ADT", "Analysis Date"),
        Column("AVAL", "Analysis Value", "decimal"),
        Column("ANL01FL", "Analysis Record Flag 01"),
    )
    return Listing(make_sections("L-16-2-6-1", "Target Lesion Measurements"), columns, tuple(rows))


def make_series(label="≥30% decrease", **given):
    values = {
        "label": label,
        "time": (0.0, 5.0, 10.0, 17.6, 30.0),
        "survival": (1.0, 0.9, 0.8, 0.45, 0.3),
        "censor_time": (7.0, 33.0),
        "censor_survival": (0.9, 0.3),
        "at_risk": (18, 15, 9, 4, 0),
        "events": 11,
        "n": 18,
        "median": "17.6 (16.5, 30.3)",
    }
    return {**values, **given}


def make_figure(*series, **data):
    second = make_series("<30% decrease", n=99, events=60, median="25.0 (19.4, NE)", at_risk=(99, 70, 44, 12, 3))
    values = {
        "x_label": "Months from randomisation",
        "y_label": "Probability of progression-free survival",
        "x_ticks": (0.0, 12.0, 24.0, 36.0, 48.0),
        "x_max": 48.0,
        "series": series or (make_series(), second),
        "at_risk_label": "Number of subjects at risk",
        "median_header": "Median (95% CI), months",
    }
    title = "Kaplan-Meier Plot of Progression-Free Survival"
    return Figure(make_sections("F-14-2-4-5", title), "kaplan_meier", {**values, **data})


@pytest.fixture
def layout():
    return Page()


@pytest.fixture
def table():
    return make_table()


@pytest.fixture
def listing():
    return make_listing()


@pytest.fixture
def figure():
    return make_figure()


@pytest.fixture
def build():
    """The builders, for a test that needs a display of its own."""
    return {"table": make_table, "listing": make_listing, "figure": make_figure, "series": make_series}


@pytest.fixture
def sections_of():
    return make_sections


def _need(tool):
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")


@pytest.fixture
def pdf_text(tmp_path):
    """Return a function from a PDF's bytes to its text, a string a page, as pdftotext lays it out."""
    _need("pdftotext")

    def text(content):
        path = tmp_path / "text.pdf"
        path.write_bytes(content)
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
        return done.stdout.decode().rstrip("\f").split("\f")

    return text


@pytest.fixture
def qpdf_check(tmp_path):
    """Return a function that gives qpdf's complaints about a PDF, empty if it has none."""
    _need("qpdf")

    def check(content):
        path = tmp_path / "check.pdf"
        path.write_bytes(content)
        done = subprocess.run(["qpdf", "--check", path], capture_output=True, check=False)
        return (done.stdout + done.stderr).decode() if done.returncode or b"WARNING" in done.stderr else ""

    return check


@pytest.fixture
def open_pdf():
    pikepdf = pytest.importorskip("pikepdf")
    return lambda content: pikepdf.open(io.BytesIO(content))
