"""What the architecture promises about the size and the names of files, held by a test."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "tlf").rglob("*.py")) + sorted((ROOT / "adam_examples").rglob("*.py"))
VAGUE = {"util", "utils", "helper", "helpers", "manager", "service", "engine", "common", "misc"}


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def code_lines(function):
    body = function.body
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1
    first = body[1] if documented else body[0]
    return function.end_lineno - first.lineno + 1


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(module):
    text = module.read_text()
    assert text.count("\n") < 400
    for function in functions(ast.parse(text)):
        assert code_lines(function) < 40, f"{function.name} has {code_lines(function)} lines"
        if any(isinstance(decorator, ast.Call) for decorator in function.decorator_list):
            continue  # a registered function's keyword parameters are the keys of its spec block
        arguments = function.args
        count = len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs)
        assert count <= 7 + (bool(arguments.args) and arguments.args[0].arg in ("self", "cls")), function.name


def test_no_file_has_a_vague_name():
    assert not [path for path in MODULES if VAGUE & set(path.stem.lower().split("_"))]


def test_every_module_says_what_it_is():
    assert not [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]


def test_every_registered_module_has_its_test():
    rooms = ("derive", "analyse", "display", "validate", "render")
    named = ("param_", "var_", "ard_", "table_", "listing_", "figure_", "plot_")
    missing = [
        path.relative_to(ROOT)
        for room in rooms
        for path in (ROOT / "tlf" / room).glob("*.py")
        if path.name.startswith(named) and not (ROOT / "tests" / room / f"test_{path.name}").exists()
    ]
    assert not missing
