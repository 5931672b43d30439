"""The README's commands and its spec work as they stand."""

import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tlf.run.check import check_study

SLOW = ("tlf run", "tlf qc", "tlf validate", "tlf derive")  # each has its own end-to-end test


@pytest.fixture(scope="module")
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def commands(text):
    lines = [line.split("#")[0].strip() for block in blocks(text, "sh") for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_two_commands_are_targets_of_the_makefile(readme, root):
    made = {line.split(":")[0] for line in (root / "Makefile").read_text().splitlines() if re.match(r"[a-z-]+:", line)}
    wanted = [command.split()[1] for command in commands(readme) if command.startswith("make ")]
    assert wanted == ["demo", "test"]
    assert set(wanted) <= made


def test_continuous_integration_runs_make_test(root):
    assert "exec make test" in (root / ".ci" / "run").read_text()


def test_the_spec_of_the_readme_is_right(readme, root, tmp_path):
    (spec,) = blocks(readme, "yaml")
    shutil.copytree(root / "specs", tmp_path / "specs")
    file = tmp_path / "specs" / "netter1" / "readme.yaml"
    file.write_text(spec, encoding="utf-8")
    assert list(check_study(file).outputs) == ["T-14-1-2-1", "F-14-2-1-1"]
    assert len(spec.splitlines()) <= 20


def test_every_verb_of_the_readme_runs(readme, root, tmp_path):
    ran = 0
    for command in commands(readme):
        words = shlex.split(command)
        if not words[0].endswith("/tlf") or any(slow in command for slow in SLOW):
            continue
        program = [
            sys.executable,
            "-m",
            "tlf.cli.app",
            *[str(root / word) if word.startswith("specs/") else word for word in words[1:]],
        ]
        done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        ran += 1
    assert ran >= 5


def test_the_files_that_the_readme_names_exist(readme, root):
    named = re.findall(r"\]\(([^)]+)\)", readme)
    assert named
    assert not [name for name in named if not (root / name).exists()]
