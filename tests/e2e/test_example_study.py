"""The example study from its transport files to the book: what a user gets, and twice the same bytes."""

import json
import re
import shutil
import subprocess
from hashlib import sha256

import pikepdf
import pytest

from tlf import build_study, qc_study
from tlf.exchange.xpt_read import read_xpt
from tlf.exchange.xpt_write import write_xpt

OUTPUTS = ["t-14-1-2-1.pdf", "t-14-2-4-2.pdf", "f-14-2-4-5.pdf", "l-16-2-6-1.pdf"]


@pytest.fixture(scope="module")
def run(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("delivery")
    events = []
    results = build_study(root / "specs" / "netter1" / "study.yaml", out=folder, report=events.append)
    return results, folder, events


def text_of(pdf, *options):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", *options, str(pdf), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def test_every_output_is_done_and_delivered(run):
    results, folder, _ = run
    assert [output.status for output in results.outputs] == ["done"] * 4
    for name in OUTPUTS:
        assert (folder / "outputs" / name).stat().st_size > 1000
    delivered = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {
        "netter1-sim-book.pdf",
        "manifest.json",
        "adam/adsl.xpt",
        "adam/adtr.xpt",
        "adam/adtte.xpt",
        "adam/adattrit.xpt",
        "results/ard.parquet",
        "results/ard.csv",
        "results/ard.json",
        "validation/findings.json",
        "validation/findings.html",
    } <= delivered


def test_each_step_is_reported(run):
    stages = [event.stage for event in run[2]]
    assert list(dict.fromkeys(stages)) == ["plan", "read", "validate", "derive", "analyse", "output", "book"]
    assert stages.count("output") == 4


def test_make_demo_names_the_book_and_gives_the_same_bytes(run, root, tmp_path):
    if shutil.which("make") is None or not (root / ".venv" / "bin" / "tlf").exists():
        pytest.skip("needs make and the environment that `make setup` makes")
    command = ["make", "-s", "demo", f"OUT={tmp_path}"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"book: {tmp_path / 'netter1-sim-book.pdf'}"
    assert "4 of 4 outputs" in done.stdout
    _, folder, _ = run
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            assert (tmp_path / path.relative_to(folder)).read_bytes() == path.read_bytes(), path.name


def test_the_manifest_tells_what_went_in_and_what_came_out(run):
    _, folder, _ = run
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [entry["dataset"] for entry in manifest["inputs"]] == ["ADSL", "ADTR", "ADTTE"]
    for entry in manifest["files"]:
        content = (folder / entry["name"]).read_bytes()
        assert (sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])
    names = {entry["name"] for entry in manifest["files"]}
    assert names == {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"manifest.json"}
    assert [entry["name"] for entry in manifest["spec"]["files"]] == [
        "../house/profiles.yaml",
        "../house/sponsor.yaml",
        "study.yaml",
    ]
    assert manifest["packages"]["weasyprint"]
    assert manifest["method_profile"]["name"] == "r"


def test_input_hashes_are_those_of_the_files(run, root):
    manifest = json.loads((run[1] / "manifest.json").read_text())
    for entry in manifest["inputs"]:
        content = (root / "adam_examples" / "netter1" / entry["file"]).read_bytes()
        assert sha256(content).hexdigest() == entry["sha256"]


def test_derived_datasets_read_again_identically(run):
    for file in sorted((run[1] / "adam").glob("*.xpt")):
        dataset = read_xpt(file)
        assert write_xpt(dataset) == file.read_bytes()


def test_every_page_says_simulated_and_counts_itself(run):
    results, folder, _ = run
    for output in results.outputs:
        pages = text_of(folder / output.files[0], "-layout").split("\f")[:-1]
        assert len(pages) == output.pages
        for number, page in enumerate(pages, start=1):
            assert "SIMULATED DATA" in page
            assert f"Page {number} of {output.pages}" in page
            assert output.number in page
            assert output.title in " ".join(page.split())
            assert "Full Analysis Set" in page
            assert "Source: ADSL" in page
            assert "Data cut-off: 18JAN2021" in page


def test_the_book_has_a_linked_contents_bookmarks_and_every_page(run):
    results, folder, _ = run
    with pikepdf.open(folder / "netter1-sim-book.pdf") as book, book.open_outline() as outline:
        tops = {item.title: [child.title for child in item.children] for item in outline.root}
        body = sum(output.pages for output in results.outputs)
        front = len(book.pages) - body
        links = [a for page in book.pages[:front] for a in page.get("/Annots", []) if a.Subtype == "/Link"]
        assert book.Root.PageMode == "/UseOutlines"
    assert front >= 2
    assert [len(tops[kind]) for kind in ("Tables", "Figures", "Listings")] == [2, 1, 1]
    assert tops["Figures"][0].startswith("Figure 14.2.4.5")
    assert len(links) >= 4


def test_the_book_is_clean_for_qpdf(run):
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    done = subprocess.run(
        ["qpdf", "--check", str(run[1] / "netter1-sim-book.pdf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_fonts_are_embedded_and_ours(run):
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts (poppler-utils) is not installed")
    done = subprocess.run(
        ["pdffonts", str(run[1] / "netter1-sim-book.pdf")], capture_output=True, text=True, check=True
    )
    rows = done.stdout.splitlines()[2:]
    assert rows
    assert all(re.search(r" yes (yes|no ) +yes +\d", row) for row in rows), done.stdout


def test_all_subjects_of_the_listing_are_listed_once(run, example):
    adtr = example.source.dataset("ADTR").frame
    subjects = set(adtr.loc[(adtr["PARAMCD"] == "SDIAM").to_numpy(dtype=bool), "USUBJID"])
    text = text_of(run[1] / "outputs" / "l-16-2-6-1.pdf", "-layout")
    heads = [
        line.split("Subject: ")[1].split()[0]
        for line in text.splitlines()
        if "Subject: " in line and "(cont" not in line
    ]
    assert len(heads) == len(set(heads))
    assert set(heads) == subjects


def test_qc_by_the_second_program_finds_every_number_equal(root, tmp_path):
    comparison = qc_study(root / "specs" / "netter1" / "study.yaml", out=tmp_path)
    assert comparison.differing == ()
    compared = {stat.analysis_id for stat in comparison.stats}
    assert {"cox_by_landmark", "pfs_by_group"} <= compared
    assert (tmp_path / "qc" / "comparison.html").exists()
    assert json.loads((tmp_path / "qc" / "comparison.json").read_text())
