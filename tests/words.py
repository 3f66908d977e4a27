"""The words that have left the code (docs/glossary.md), and where one of them still stands in a name.

Looked at: every name that Python code defines (modules, classes, functions, arguments, attributes, variables), every identifier of
the web client's code and the names of all its files. Prose is free, and so are the screens' catalogues.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

RETIRED = {
    "door": "access, listener, OverwriteRow, admission",
    "doorkeeper": "admission",
    "guests": "temporary_access",
    "hear": "the verb for what is done: deliver, receive, on_…",
    "house": "guild, box, server",
    "houses": "guild_creation",
    "keepsake": "session_store",
    "lane": "GuildQueue, SendBatch",
    "lanes": "GuildQueue, SendBatch",
    "place": "ChannelRef, MessageRef, replay_index, admission, interface, position",
    "places": "channel_refs, positions, interfaces",
    "saying": "send_message",
    "sight": "visibility",
    "slip": "field_error",
    "splice": "SequenceRewriter",
    "tongue": "language",
    "turns": "the verb for what is asked: changes_visibility, …",
    "wish": "request, choice",
}
"""Each with what is said instead. Retired as a part of a name: `place` bars `place_of` and `ChannelPlace`, not `replace`."""

FOLDERS = ("appliance", "hardware", "image", "tests", "benchmarks", "webui/src")
CODE = {".py", ".ts", ".svelte", ".js", ".mjs"}
FREE = ("webui/src/i18n/", "webui/src/api/schema.ts", "tests/words.py")
"""Catalogues hold the screens' words; the schema is made of the server's names, which are looked at themselves."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
# Strings, template text, comments and the markup of a Svelte file are prose or the work of others.
_PROSE = re.compile(
    r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`|<!--.*?-->", re.DOTALL
)
_SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)


class Found(NamedTuple):
    path: str
    line: int
    name: str
    word: str


def parts(name: str) -> list[str]:
    """The words of a name, in small letters: `ChannelPlace` and `channel_place` are both channel, place."""
    return [part.lower() for part in _PARTS.findall(name)]


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.TypeAlias():
                yield node.lineno, node.name.id if isinstance(node.name, ast.Name) else node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.alias(asname=str(name)):
                yield 0, name
            case _:
                continue


def _in_script(text: str, suffix: str) -> Iterator[tuple[int, str]]:
    pieces = [text]
    if suffix == ".svelte":
        pieces = [" " * found.start(1) + found[1] for found in _SCRIPT.finditer(text)]
    for piece in pieces:
        code = _PROSE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), piece)
        # The language's own: what takes elements out of an array.
        for found in _IDENTIFIER.finditer(code.replace(".splice(", "        (")):
            yield text.count("\n", 0, found.start()) + 1, found[0]


def names_of(path: Path) -> Iterator[tuple[int, str]]:
    """The names in a file, with their lines; its own comes first."""
    yield 0, path.name.split(".")[0]
    text = path.read_text()
    yield from _in_python(text) if path.suffix == ".py" else _in_script(text, path.suffix)


def still_there(folders: tuple[str, ...] = FOLDERS) -> list[Found]:
    """Every retired word in a name."""
    listed = subprocess.run(["git", "ls-files", "--", *folders], capture_output=True, text=True, check=True)
    found: dict[tuple[str, str], Found] = {}
    for tracked in listed.stdout.splitlines():
        path = Path(tracked)
        if path.suffix not in CODE or tracked.startswith(FREE) or not path.exists():
            continue
        for line, name in names_of(path):
            for word in parts(name):
                if word in RETIRED:
                    found.setdefault((tracked, name), Found(tracked, line, name, word))
    return list(found.values())


if __name__ == "__main__":
    left = still_there()
    for one in left:
        print(f"{one.path}:{one.line}: {one.name}: say {RETIRED[one.word]} instead of {one.word}")
    sys.exit(1 if left else 0)
