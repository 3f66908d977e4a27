"""The two trees of routes, and how their controllers are found: a class in a domain's `api.py` says which tree it is of.

What a newcomer would get wrong: nothing lists them. A controller is served because it stands in `appliance/<domain>/api.py`
(or in `…_api.py` beside it, where that has become long) and is of one of the trees.
"""

import importlib.util
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType

from litestar import Controller

PUBLIC_PATH = "/api/v10"
"""Where the public tree is mounted, as the public API has it."""

ALIASES = ("/api/v9", "/api")
"""Other names of the public tree: an older version of it, and no version at all."""

HEARTH_PATH = "/api/hearth/v1"
"""Where our own tree is mounted."""


def canonical(path: str) -> str:
    """The path under which a request is routed: the public tree has one name there, whichever it was called by."""
    if path.startswith((f"{PUBLIC_PATH}/", HEARTH_PATH)):
        return path
    for alias in ALIASES:
        if path.startswith(f"{alias}/"):
            return PUBLIC_PATH + path.removeprefix(alias)
    return path


class PublicController(Controller):
    """Of the tree that has the shape of Discord's public API."""


class HearthController(Controller):
    """Of the tree for what the public API has nothing for."""


def controllers_in(package: ModuleType) -> tuple[type[Controller], ...]:
    """Every controller of the domains in a package, in the order of their names; imports their `api.py`."""
    return tuple(found for module in _api_modules(package) for found in _controllers_of(module))


def _api_modules(package: ModuleType) -> Iterator[ModuleType]:
    for domain in _names_in(package.__path__):
        spec = importlib.util.find_spec(f"{package.__name__}.{domain}")
        for name in _names_in((spec and spec.submodule_search_locations) or ()):
            if name == "api" or name.endswith("_api"):
                yield importlib.import_module(f"{package.__name__}.{domain}.{name}")


def _names_in(folders: Iterable[str]) -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(list(folders)))


def _controllers_of(module: ModuleType) -> Iterator[type[Controller]]:
    for kind in vars(module).values():
        if (
            not isinstance(kind, type)
            or not issubclass(kind, Controller)
            or kind.__module__ != module.__name__
        ):
            continue
        if not issubclass(kind, PublicController | HearthController):
            raise TypeError(f"{kind.__name__} is in no tree: subclass PublicController or HearthController")
        yield kind
