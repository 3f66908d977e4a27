"""No module of the server holds state: what changes while it runs is made by the composition root and handed on.

Two databases in one process, as tests have them, share nothing then. A decoder, a compiled pattern, a declared query and an
enumeration are constants; so is an instance of a frozen class.
"""

import enum
import importlib
import pkgutil
from types import ModuleType
from typing import Any

import msgspec

import appliance

# Declared once and never changed afterwards.
CONSTANTS = {
    "Select": "a query; the list of them is what a test prepares against the schema",
    "Html": "a piece of a page",
}


def modules() -> list[ModuleType]:
    """All of the server's modules but those that run something when they are imported."""
    return [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(appliance.__path__, "appliance.")
        if not found.name.endswith("__main__")
    ]


def is_state(value: Any) -> bool:
    """Whether a module's value can change while the server runs."""
    kind = type(value)
    if kind in {dict, list, set}:
        return not value
    if not kind.__module__.startswith("appliance.") or kind.__name__ in CONSTANTS:
        return False
    if issubclass(kind, enum.Enum | tuple | type):
        return False
    return not (issubclass(kind, msgspec.Struct) and kind.__struct_config__.frozen)


def test_no_module_holds_state() -> None:
    state = [
        f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__") and is_state(value)
    ]

    assert state == []


def test_what_is_looked_for_is_found() -> None:
    from appliance.messages.state import MessageState  # noqa: PLC0415  only here
    from appliance.messages.typing_indicator import TypingPace  # noqa: PLC0415  only here

    assert is_state(TypingPace())
    assert is_state({})
    assert not is_state(MessageState())
    assert not is_state({"a constant": 1})
