"""The kinds of slips: for an expression or a statement, what may stand there instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy

Node = ast.expr | ast.stmt
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
TURNED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
"""Negating one of these is the slip of its operator already."""
CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}


def instead_of(node: Node) -> Iterator[tuple[Node, Node]]:
    """Give each (what stands there, what may stand there instead)."""
    for new in (*_expressions(node), *_constants(node)):
        yield node, new
    for condition in _conditions(node):
        yield condition, ast.UnaryOp(ast.Not(), condition)
    match node:
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield node, ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Expr(ast.Yield() | ast.YieldFrom()):
            yield node, ast.Pass()


def _expressions(node: Node) -> Iterator[Node]:
    match node:
        case ast.Compare():
            for place, compared in enumerate(node.ops):
                new = copy(node)
                new.ops = [*node.ops[:place], COMPARED[type(compared)](), *node.ops[place + 1 :]]
                yield new
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield ast.BoolOp(other, node.values)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp(op=ast.Add() | ast.Sub()) if not _text(node.left) and not _text(node.right):
            op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield ast.BinOp(node.left, op, node.right)
        case ast.AugAssign(op=ast.Add() | ast.Sub()):
            op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield ast.AugAssign(node.target, op, node.value)
        case ast.Call(func=ast.Name(id=name)) if name in CALLED:
            yield ast.Call(ast.Name(CALLED[name], ast.Load()), node.args, node.keywords)


def _constants(node: Node) -> Iterator[Node]:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            yield from (ast.Constant(-value - 1), ast.Constant(-value + 1))
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))


def _conditions(node: Node) -> Iterator[ast.expr]:
    found: list[ast.expr | None] = []
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            found = [node.test]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            found = [condition for each in node.generators for condition in each.ifs]
        case ast.Match():
            found = [case.guard for case in node.cases]
    for condition in found:
        if condition is not None and not _turns_already(condition):
            yield condition


def _turns_already(condition: ast.expr) -> bool:
    match condition:
        case ast.UnaryOp(op=ast.Not()) | ast.Constant():
            return True
        case ast.Compare(ops=[operator]):
            return isinstance(operator, TURNED)
    return False


def _text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
