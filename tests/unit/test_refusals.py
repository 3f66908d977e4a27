"""Nothing is accepted and ignored: every documented field of every body is taken, or refused in words."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from appliance.app import CONTROLLERS
from appliance.errors import Invalid
from appliance.refusals import BODIES, Body, Refused
from tests.documented import REQUESTS

assert CONTROLLERS

# Ours beside the documented ones: what an owner gives away, what somebody chooses for themselves, and the singular of older libraries.
OURS = {
    "GuildEdit": {"owner_id"},
    "NewConversation": {"recipients"},
    "ProfileEdit": {"global_name", "locale", "hearth_takes_friend_requests"},
    "NewMessage": {"embed"},
    "MessageEdit": {"embed"},
}
NEEDED: dict[str, dict[str, Any]] = {
    "NewGuild": {"name": "x"},
    "NewChannel": {"name": "x"},
    "ChannelPosition": {"id": "5"},
    "NewThread": {"name": "x"},
    "NewThreadAtMessage": {"name": "x"},
    "MessageReference": {"message_id": "5"},
    "NewEmoji": {"name": "soup", "image": ""},
    "NewAttachment": {"id": "5"},
}
ASKS: list[Any] = ["something", 77, True, ["something"], {"key": "value"}]


def structs(kind: type[msgspec.Struct] = msgspec.Struct) -> Iterator[type[msgspec.Struct]]:
    for child in kind.__subclasses__():
        yield child
        yield from structs(child)


BY_NAME = {one.__name__: one for one in structs() if one.__module__.endswith(".model")}
REFUSED = [
    (name, field, refused)
    for name, fields in BODIES.items()
    for field, refused in fields.items()
    if refused is not None
]


@pytest.mark.parametrize("name", BODIES)
def test_the_table_has_every_field_that_is_documented_and_no_other(name: str) -> None:
    assert set(BODIES[name]) == set(REQUESTS[name].split()) | OURS.get(name, set())


@pytest.mark.parametrize("name", BODIES)
def test_a_body_reads_exactly_what_the_table_says(name: str) -> None:
    assert {field.name for field in msgspec.structs.fields(BY_NAME[name])} == set(BODIES[name])


def test_every_body_that_refuses_something_is_in_the_table() -> None:
    bodies = {one.__name__ for one in structs(Body) if not one.__name__.startswith("_")}

    assert bodies == {name for name, _, _ in REFUSED}
    assert set(BODIES) == set(REQUESTS)


@pytest.mark.parametrize(
    ("name", "field", "refused"), REFUSED, ids=lambda one: one if isinstance(one, str) else ""
)
def test_what_asks_for_something_is_refused_in_words(name: str, field: str, refused: Refused) -> None:
    for value in ASKS:
        if value in refused.nothing:
            continue
        body = msgspec.json.encode({**NEEDED.get(name, {}), field: value})

        with pytest.raises(Invalid) as raised:
            msgspec.json.decode(body, type=BY_NAME[name])

        assert (raised.value.field, raised.value.problem) == (field, refused.problem)
        assert refused.problem.endswith(".")


@pytest.mark.parametrize(
    ("name", "field", "refused"), REFUSED, ids=lambda one: one if isinstance(one, str) else ""
)
def test_what_asks_for_nothing_passes(name: str, field: str, refused: Refused) -> None:
    for value in (None, *refused.nothing):
        msgspec.json.decode(msgspec.json.encode({**NEEDED.get(name, {}), field: value}), type=BY_NAME[name])


def test_what_is_not_documented_is_ignored() -> None:
    for name in BODIES:
        if name in {"BulkDelete", "NewOverwrite", "OverwriteEdit", "RolePosition"}:
            continue
        body = {**NEEDED.get(name, {}), "not_documented": {"a": [1]}}
        msgspec.json.decode(msgspec.json.encode(body), type=BY_NAME[name])
