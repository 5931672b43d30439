"""The examples in docstrings run, and say what they say."""

import doctest
import importlib
import pkgutil

import pytest

import tlf

MODULES = sorted(info.name for info in pkgutil.walk_packages(tlf.__path__, "tlf."))


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [test for name in MODULES for test in finder.find(importlib.import_module(name)) if test.examples]
    assert len(examples) > 30
