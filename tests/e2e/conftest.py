"""A copy of the example study in a folder of its own, that a test may break."""

import re
import shutil
from dataclasses import replace

import pytest

from tlf.exchange.xpt_read import read_xpt
from tlf.exchange.xpt_write import write_xpt


class StudyCopy:
    """The example study, copied: its spec as text to edit, its datasets to change."""

    def __init__(self, folder, root):
        self.folder, self.root = folder, root
        shutil.copytree(root / "specs", folder / "specs")
        shutil.copytree(root / "adam_examples" / "netter1", folder / "adam_examples" / "netter1")
        self.spec = folder / "specs" / "netter1" / "study.yaml"
        self.data = folder / "adam_examples" / "netter1"
        self.out = folder / "out"

    def edit(self, old, new, count=1):
        """Replace text of the spec; what is replaced must be there."""
        text = self.spec.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in the spec"
        self.spec.write_text(text.replace(old, new, count), encoding="utf-8")
        return self

    def only(self, *outputs):
        """Keep only some outputs, to run faster."""
        text = self.spec.read_text(encoding="utf-8")
        head, body = text.split("\noutputs:\n")
        blocks = re.split(r"(?m)^(?=  [TFL]-)", body)
        kept = [block for block in blocks if block.strip().startswith(outputs)]
        self.spec.write_text(head + "\noutputs:\n" + "".join(kept), encoding="utf-8")
        return self

    def change(self, name, function):
        """Write a dataset again after a change of its frame; ``function`` may return a new Dataset."""
        dataset = read_xpt(self.data / f"{name.lower()}.xpt")
        frame = dataset.frame.copy()
        changed = function(frame)
        dataset = changed if changed is not None else replace(dataset, frame=frame)
        (self.data / f"{name.lower()}.xpt").write_bytes(write_xpt(dataset))
        return self

    def dataset(self, name):
        return read_xpt(self.data / f"{name.lower()}.xpt")

    def line(self, text):
        """Return the number of the first line of the spec that holds a text."""
        lines = self.spec.read_text(encoding="utf-8").split("\n")
        return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.fixture
def study(tmp_path, root):
    return StudyCopy(tmp_path, root)


@pytest.fixture
def tlf(tlf):
    """The command, with what it says on standard error in one line, however the screen wraps it."""

    def call(*arguments):
        code, out, err = tlf(*arguments)
        return code, out, re.sub(r"\s+", " ", err)

    return call
