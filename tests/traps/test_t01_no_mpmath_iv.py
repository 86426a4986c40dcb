"""T1: the intervals of `mpmath.iv` can exclude the true value (a known bug of its exp), so nothing may use them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("deepcond_sym", "proofs_checks") for path in (ROOT / folder).rglob("*.py"))


def uses_of_iv(text: str) -> list[int]:
    """The lines that reach for `mpmath.iv` or for the classes behind it."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mpmath":
            hit = (node.module or "").endswith("ctx_iv") or any(name.name in {"iv", "ctx_iv"} for name in node.names)
        elif isinstance(node, ast.Import):
            hit = any(name.name.startswith("mpmath.ctx_iv") for name in node.names)
        elif isinstance(node, ast.Attribute):
            hit = node.attr in {"iv", "ctx_iv", "MPIntervalContext"} and ast.unparse(node.value).split(".")[0] in {
                "mpmath",
                "mp",
            }
        else:
            continue
        if hit:
            lines.append(node.lineno)
    return lines


def test_the_lint_sees_every_way_of_reaching_for_iv():
    for text in (
        "from mpmath import iv",
        "from mpmath import mp, iv as intervals",
        "import mpmath\nmpmath.iv.exp(1)",
        "import mpmath as mp\ny = mp.iv",
        "from mpmath.ctx_iv import MPIntervalContext",
        "import mpmath.ctx_iv",
    ):
        assert uses_of_iv(text), text
    assert not uses_of_iv("import mpmath\niv = mpmath.mpf(1)\nself.iv = iv")


def test_there_are_sources_to_look_at():
    assert len(SOURCES) > 10


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_source_uses_mpmath_iv(path):
    assert uses_of_iv(path.read_text(encoding="utf-8")) == []
