"""The wheel built from the sdist holds every file of the package, the templates and the specs, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tracked(folder):
    done = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout:
        pytest.skip("not a git checkout: the list of files to compare with is not there")
    return set(done.stdout.split())


def test_the_wheel_from_the_sdist_holds_what_git_tracks(tmp_path):
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    wanted = tracked("tlf")
    wanted |= {name.replace("templates/", "tlf/_templates/", 1) for name in tracked("templates")}
    wanted |= {name.replace("specs/", "tlf/_specs/", 1) for name in tracked("specs")}
    assert held == wanted
