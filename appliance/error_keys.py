"""Every key by which the web client translates, with its facts: `python -m appliance.error_keys FILE`.

Errors (`key` of an error's body), reasons about one field (`key` in `errors`), and the rows of the health page. Their
catalogues in the client are typed by these, so that a language that lacks one does not compile.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from appliance import cli, server
from appliance.admin.verdict import row_facts
from appliance.errors import ApplianceError, Invalid
from appliance.portal import serve

LOADED = (cli, server, serve)
"""With these, everything that can go wrong is loaded."""

_HEAD = (
    "/** Every key that the client translates, made by `./just types` from `appliance/error_keys.py`. */\n"
)
# A sentence says a time in words, and the fact is a number.
_FACTS = {"wait": "seconds"}
# All others are numbers.
_TEXTS = frozenset({"detail", "files", "known", "reason"})


def error_keys() -> dict[str, set[str]]:
    """The facts of every error, by its key; of one that is about a field see `field_keys`."""
    found: dict[str, set[str]] = {ApplianceError.key: set()}
    for kind in _kinds(ApplianceError):
        facts = set[str]() if issubclass(kind, Invalid) else {*_facts(kind.message), *kind.more_facts}
        found.setdefault(kind.key, set()).update(facts)
    return found


def field_keys() -> dict[str, set[str]]:
    """The facts of every reason why a field is not accepted, by its key."""
    found: dict[str, set[str]] = {}
    for kind in _kinds(Invalid):
        if kind.problem is not Invalid.problem:
            found.setdefault(kind.problem_key or kind.key, set()).update(_facts(kind.problem))
    return found


def _kinds[Kind](kind: type[Kind]) -> Iterator[type[Kind]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("appliance."):
            yield child
            yield from _kinds(child)


def _facts(template: str) -> set[str]:
    return {_FACTS.get(name, name) for _, name, _, _ in Formatter().parse(template) if name}


def _interface(name: str, comment: str, keys: dict[str, set[str]]) -> Iterator[str]:
    yield f"\n/** {comment} */\nexport interface {name} {{\n"
    for key, facts in sorted(keys.items()):
        inside = " ".join(
            f"readonly {fact}: {'string' if fact in _TEXTS else 'number'};" for fact in sorted(facts)
        )
        yield f"  readonly {key}: {{ {inside} }};\n" if facts else f"  readonly {key}: NoFacts;\n"
    yield "}\n"


def module() -> str:
    """The TypeScript module."""
    parts = [
        _HEAD,
        "export type NoFacts = object;\n",
    ]
    parts += _interface("ErrorFacts", "What the box refuses, by `key` of the body.", error_keys())
    parts += _interface("FieldFacts", "What is wrong with one field, by `key` in `errors`.", field_keys())
    parts += _interface("HealthFacts", "The rows of the health page, by `key`.", row_facts())
    parts += ["\nexport type ErrorKey = keyof ErrorFacts;\nexport type FieldKey = keyof FieldFacts;\n"]
    parts += ["export type HealthKey = keyof HealthFacts;\n"]
    return "".join(parts)


def main() -> None:
    """Write the module to the file that is named on the command line."""
    Path(sys.argv[1]).write_text(module(), encoding="utf-8")


if __name__ == "__main__":
    main()
