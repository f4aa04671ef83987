"""The code as text and trees: what architecture tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SERVICES = ("households", "loans", "sponsorship")


@dataclass(frozen=True)
class Module:
    """One file of the project."""

    path: Path

    @property
    def name(self) -> str:
        """`services.loans.state`; a package by its own name."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def lines(self) -> int:
        return len(self.path.read_text("utf-8").splitlines())

    def imports(self) -> set[str]:
        """Every module that is imported anywhere in the file."""
        found: set[str] = set()
        for node in ast.walk(self.tree()):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                module = node.module or ""
                found |= {f"{module}.{alias.name}" for alias in node.names}
        return found

    def functions(self) -> Iterator[tuple[str, int]]:
        """Every function with the number of its lines."""
        for node in ast.walk(self.tree()):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{self.name}.{node.name}", (node.end_lineno or 0) - node.lineno + 1

    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text("utf-8"))


def modules(*folders: str) -> list[Module]:
    """Every module below some folders of the project, migrations apart; or single files."""
    roots = [ROOT / folder for folder in folders]
    found = [
        path
        for root in roots
        for path in ([root] if root.is_file() else sorted(root.rglob("*.py")))
    ]
    return [Module(path) for path in found if "migrations" not in path.parts]
