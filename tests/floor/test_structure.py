"""The house rules that a reader relies on: sizes, names, and imports that point down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(ROOT.joinpath("outreach").rglob("*.py"))
TEMPLATES = sorted(ROOT.joinpath("outreach").rglob("templates/**/*.html"))
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "manager", "data", "info", "obj"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 200
MOST_PARAMETERS = 6


def _count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _walk_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 50
    assert len(TEMPLATES) > 20


def test_no_file_is_too_long() -> None:
    assert [path for path in MODULES if _count_lines(path) > LONGEST_FILE] == []
    assert [path for path in TEMPLATES if _count_lines(path) > LONGEST_TEMPLATE] == []


def test_most_files_and_functions_are_short() -> None:
    files = sorted(_count_lines(path) for path in MODULES)
    functions = sorted(_length(node) for _, node in _walk_functions())
    assert median(files) <= 120
    assert files[len(files) * 9 // 10] <= 250
    assert median(functions) <= 10
    assert functions[len(functions) * 9 // 10] <= 25


def test_no_function_is_too_long() -> None:
    assert [where for where, node in _walk_functions() if _length(node) > LONGEST_FUNCTION] == []


def test_no_function_takes_too_many_parameters() -> None:
    def count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        is_command = any("option" in ast.dump(decorator) for decorator in node.decorator_list)
        return 0 if is_command else len([name for name in names if name not in {"self", "cls"}])

    assert [where for where, node in _walk_functions() if count(node) > MOST_PARAMETERS] == []


def _walk_names() -> Iterator[tuple[str, str]]:
    for path in MODULES:
        yield str(path.relative_to(ROOT)), path.stem
        yield str(path.relative_to(ROOT)), path.parent.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield where, node.name
            elif isinstance(node, ast.arg):
                yield where, node.arg
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield where, node.id


def test_nothing_has_a_name_that_says_nothing() -> None:
    found = [(where, name) for where, name in _walk_names() if name.strip("_").lower() in FORBIDDEN]
    assert found == []


def test_imports_point_down_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("path", ["LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "Makefile", ".ci/run"])
def test_what_a_newcomer_looks_for_is_there(path: str) -> None:
    assert ROOT.joinpath(path).is_file()
