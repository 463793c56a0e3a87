"""The ceilings that make us split in time."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE, FUNCTION, TEMPLATE, TEST_FILE = 400, 40, 150, 500


def tracked(*patterns: str) -> list[Path]:
    """Files of the project, new ones included, generated ones not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if "/migrations/" not in name and (ROOT / name).exists()]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name.startswith(("test_", "conftest"))


def test_no_file_is_too_long() -> None:
    limits = [(p, TEST_FILE if is_test(p) else FILE) for p in tracked("*.py", "*.js", "*.toml")]
    limits += [(p, TEMPLATE) for p in tracked("*.html")]
    content = ROOT / "demo" / "content"
    long = {
        str(p.relative_to(ROOT)): lines(p)
        for p, limit in limits
        if lines(p) > limit and content not in p.parents
    }
    assert long == {}


def test_no_function_is_too_long() -> None:
    long = {}
    for path in tracked("*.py"):
        if is_test(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = length
    assert long == {}


def test_rooms_have_no_drawer_for_everything() -> None:
    drawers = {"utils.py", "util.py", "helpers.py", "misc.py", "common.py"}
    assert [str(p) for p in tracked("*.py") if p.name in drawers] == []
