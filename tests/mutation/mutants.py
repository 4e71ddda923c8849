"""Mutants: copies of a module with one small thing changed in each, as a slip of the hand would change it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
}
_NAMED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "bisect_left": "bisect_right",
    "bisect_right": "bisect_left",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's file, the line, what was changed there, and the source to run in the module's place."""

    file: Path
    line: int
    change: str
    source: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.change}"


def mutants(file: Path) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its syntax tree."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    untouched = ast.unparse(tree)
    for owner, name, index in list(_places(tree)):
        held = getattr(owner, name)
        node = held if index is None else held[index]
        for other in _others(node):
            _put(owner, name, index, other)
            mutated = ast.unparse(tree)
            _put(owner, name, index, node)
            if mutated != untouched:
                yield Mutant(file, _line(owner, node), _shown(node, other), mutated)


def _places(owner: ast.AST) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where each node hangs: on its owner's field, or in the list there.

    Annotations, decorators and docstrings are left alone: they do nothing, or nothing that a slip would change.
    """
    if isinstance(owner, ast.Expr) and isinstance(owner.value, ast.Constant):
        return
    for name, held in ast.iter_fields(owner):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for index, node in (
            [(None, held)] if isinstance(held, ast.AST) else enumerate(held if isinstance(held, list) else ())
        ):
            if isinstance(node, ast.AST):
                yield owner, name, index
                yield from _places(node)


def _put(owner: ast.AST, name: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(owner, name, node)
    else:
        getattr(owner, name)[index] = node


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    match node:
        case ast.Constant():
            yield from (ast.Constant(other) for other in _values(node.value))
        case ast.Compare():
            yield from _compared(node)
        case ast.BinOp() if type(node.op) in _COUNTED:
            yield ast.BinOp(node.left, _COUNTED[type(node.op)](), node.right)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            yield from node.values
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Name(id=name) if name in _NAMED:
            yield ast.Name(_NAMED[name], node.ctx)
        case ast.stmt():
            yield from _done_otherwise(node)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)


def _done_otherwise(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.If():
            yield ast.If(ast.Constant(value=False), node.body, node.orelse)
            yield ast.If(ast.Constant(value=True), node.body, node.orelse)
        case ast.While():
            yield ast.While(ast.Constant(value=False), node.body, node.orelse)
        case ast.Return(value=ast.expr()) if not isinstance(node.value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()


def _values(value: object) -> Iterator[bool | int | float | str]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, str) and value:
        yield f"XX{value}"


def _line(owner: ast.AST, node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0) or getattr(owner, "lineno", 0))


def _shown(node: ast.AST, other: ast.AST) -> str:
    before, after = (" ".join(ast.unparse(each).split()) for each in (node, other))
    return f"{before[:90]}  ->  {after[:90]}"
