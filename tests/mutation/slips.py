"""What a tired person may get wrong in a line: every slip of a module, one at a time."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.mutation.kinds import instead_of

DECLARED = {"version", "strict"}
"""Arguments that are no behaviour: golden files hold versions, `zip` is strict by habit."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One change of one expression or statement of a module."""

    path: str
    number: int
    line: int
    text: str
    where: str
    says: str

    @property
    def module(self) -> str:
        """`services.loans.state`; a package by its own name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What it is known by when lines above it come and go."""
        return self.path, self.where, self.text, self.says


def slips_of(path: str, source: str) -> list[Slip]:
    """Return every slip of a module, always in the same order."""
    lines, alike, found = source.splitlines(), Counter[tuple[str, str, str]](), []
    for number, (old, new, where) in enumerate(_changes(ast.parse(source))):
        text = lines[old.lineno - 1].strip()
        says = f"{ast.unparse(old)} → {ast.unparse(new)}"
        alike[where, text, says] += 1
        if (again := alike[where, text, says]) > 1:
            says += f" ({again})"
        found.append(Slip(path, number, old.lineno, text, where, says))
    return found


def slipped(source: str, number: int) -> ast.Module:
    """Return the tree of a module with one of its slips in it."""
    tree = ast.parse(source)
    for place, (old, new, _) in enumerate(_changes(tree)):
        if place == number:
            _Swap(old, ast.copy_location(new, old)).visit(tree)
            return ast.fix_missing_locations(tree)
    raise IndexError(number)


def _changes(
    tree: ast.AST, where: str = ""
) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr | ast.stmt, str]]:
    inside = where
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef)) and not where.endswith("()"):
        # what is defined inside a function belongs to it: tests are told apart by whole functions
        call = "()" if isinstance(tree, ast.FunctionDef) else "."
        inside = f"{where}{tree.name}{call}"
    if isinstance(tree, (ast.expr, ast.stmt)):
        for old, new in instead_of(tree):
            yield old, new, where
    for child in _children(tree):
        yield from _changes(child, inside)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Leave out what does nothing when it runs: types, decorators, declared arguments."""
    for name, field in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        if name == "keywords" and isinstance(node, ast.ClassDef):
            continue
        if name == "operand" and isinstance(node.operand, ast.Constant):  # type: ignore[attr-defined] # a sign
            continue  # it slips with its sign
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.keyword) and child.arg in DECLARED:
                continue
            if isinstance(child, ast.AST):
                yield child


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._old:
            return self._new
        return self.generic_visit(node)
