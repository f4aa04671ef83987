"""Structs: classes whose fields are their annotations, kept in slots."""

from typing import Any, dataclass_transform

_EMPTY = (dict, list, set)


class Meta:
    """What an annotated type carries; limits on values are not known here, and refused."""

    def __init__(self, *, extra: Any = None, **limits: Any) -> None:
        if any(each is not None for each in limits.values()):
            raise NotImplementedError(f"limits on values: {sorted(limits)}")
        self.extra = extra


def _annotations(namespace: dict[str, Any]) -> dict[str, Any]:
    if "__annotations__" in namespace:
        return dict(namespace["__annotations__"])
    # from Python 3.14 on they are a function of the class to be
    annotate = namespace.get("__annotate_func__") or namespace.get("__annotate__")
    return dict(annotate(1)) if annotate else {}


class _StructType(type):
    """Makes a class of its annotations."""

    __struct_fields__: tuple[str, ...]
    __struct_defaults__: dict[str, Any]
    __struct_keyword_only__: frozenset[str]
    __struct_frozen__: bool
    __struct_omits__: bool
    __struct_tag__: str | None

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        *,
        frozen: bool = False,
        kw_only: bool = False,
        order: bool = False,
        omit_defaults: bool = False,
        tag: str | None = None,
        gc: bool = True,  # noqa: ARG004 - of no matter here
    ) -> "_StructType":
        """Make the class."""
        own = _annotations(namespace)
        before = [base for base in bases if isinstance(base, _StructType)]
        inherited = before[0].__struct_fields__ if before else ()
        defaults = dict(before[0].__struct_defaults__) if before else {}
        defaults |= {field: namespace.pop(field) for field in own if field in namespace}
        keyword = before[0].__struct_keyword_only__ if before else frozenset()
        slots = tuple(field for field in own if field not in inherited)
        made = super().__new__(cls, name, bases, {**namespace, "__slots__": slots})
        made.__struct_fields__ = (*inherited, *slots)
        made.__struct_defaults__ = defaults
        made.__struct_keyword_only__ = keyword | (set(own) if kw_only else frozenset())
        made.__struct_frozen__, made.__struct_omits__, made.__struct_tag__ = (
            frozen,
            omit_defaults,
            tag,
        )
        _equip(made, frozen, order)
        return made

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any
    ) -> None:
        super().__init__(name, bases, namespace)


def _equip(made: Any, frozen: bool, order: bool) -> None:
    names = made.__struct_fields__
    positional = tuple(name for name in names if name not in made.__struct_keyword_only__)
    type.__setattr__(made, "__match_args__", positional)
    made.__init__ = _initializer(made)
    made.__hash__ = _hash if frozen else None
    if frozen:
        made.__setattr__ = _refuse
    if order:
        made.__lt__ = lambda one, other: _values(one) < _values(other)
        made.__le__ = lambda one, other: _values(one) <= _values(other)
        made.__gt__ = lambda one, other: _values(one) > _values(other)
        made.__ge__ = lambda one, other: _values(one) >= _values(other)


def _initializer(made: Any) -> Any:
    """Write an `__init__` that fills the slots, as dataclasses do: three times quicker."""
    known: dict[str, Any] = {}
    plain: list[str] = []
    keyword: list[str] = []
    body: list[str] = []
    for name in made.__struct_fields__:
        known[f"set_{name}"] = getattr(made, name).__set__
        argument, value = name, name
        if name in made.__struct_defaults__:
            default = known[f"of_{name}"] = made.__struct_defaults__[name]
            argument = f"{name}=of_{name}"
            if type(default) in _EMPTY:
                value = f"type(of_{name})() if {name} is of_{name} else {name}"
        (keyword if name in made.__struct_keyword_only__ else plain).append(argument)
        body.append(f"    set_{name}(self, {value})\n")
    if hasattr(made, "__post_init__"):
        body.append("    self.__post_init__()\n")
    taken = ", ".join(["self", *plain, *(["*", *keyword] if keyword else [])])
    text = f"def __init__({taken}):\n{''.join(body) or '    pass'}"
    exec(text, known)  # noqa: S102 - of names of fields alone
    return known["__init__"]


def _values(one: Any) -> tuple[Any, ...]:
    return tuple([getattr(one, name) for name in one.__struct_fields__])


def _hash(one: Any) -> int:
    return hash((type(one), *_values(one)))


def _refuse(one: Any, name: str, _: Any) -> None:
    raise AttributeError(f"immutable type: {type(one).__name__!r}, field {name!r}")


@dataclass_transform()
class Struct(metaclass=_StructType):
    """What all structs have."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and _values(self) == _values(other)

    def __hash__(self) -> int:
        raise TypeError(f"unhashable type: {type(self).__name__!r}")

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={getattr(self, name)!r}" for name in type(self).__struct_fields__
        )
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> tuple[Any, ...]:
        named = {name: getattr(self, name) for name in type(self).__struct_fields__}
        return _made_again, (type(self), named)


def _made_again(kind: Any, named: dict[str, Any]) -> Any:
    return kind(**named)
