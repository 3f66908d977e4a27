"""What is written without anything being forgotten is nothing that is remembered."""

import ast
import re
from pathlib import Path

import appliance
from appliance.access import queries
from appliance.files import addresses
from appliance.messages import queries as message_queries

FREE = {"message", "read_state", "read_until", "thread_count"}
_WRITES = re.compile(r"(?:INSERT INTO|UPDATE(?! SET)|DELETE FROM) (\w+)")
_READS = re.compile(r"(?:FROM|JOIN) (\w+)")


def _calls(method: str) -> list[ast.Call]:
    """All calls of a transaction's method."""
    trees = [
        ast.parse(file.read_text(encoding="utf-8")) for file in Path(appliance.__path__[0]).rglob("*.py")
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == method
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {"tx", "reader"}
    ]


def test_only_what_people_say_and_have_read_is_noted() -> None:
    statements = [ast.literal_eval(call.args[0]) for call in _calls("note")]

    assert statements
    assert {table for statement in statements for table in _WRITES.findall(statement)} == FREE


def test_what_is_remembered_is_made_of_other_tables() -> None:
    remembered = {ast.unparse(call.args[0]) for call in _calls("made_of")}

    assert remembered == {
        "queries.CHANNEL_ACCESS",
        "queries.CLOSED_BY",
        "queries.CONVERSATION_ACCESS",
        "KEY",
        "queries.THREAD_ACCESS",
    }, "look at the next lines, and name the new one here"
    for query in (
        queries.CHANNEL_ACCESS,
        queries.CONVERSATION_ACCESS,
        queries.THREAD_ACCESS,
        message_queries.CLOSED_BY,
        addresses.KEY,
    ):
        assert FREE.isdisjoint(_READS.findall(query.sql))
