"""Whatever a stranger or a member sends to any route: an answer in our own shape, soon, and never one of a crash.

The routes are those that the application has, so a new one is besieged as soon as it is there.
"""

import json
import time
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.routes import HTTPRoute

from tests.integration.chat import role, said
from tests.integration.conftest import Server

pytestmark = pytest.mark.anyio

# Five hundred requests for each kind of sender; together less than a minute on two busy cores.
_ROUNDS = 500
# Of the loop's own time, whatever else the machine does. No honest request takes a tenth of it; what once held the loop took
# ten times as long.
_SOON = 0.5

IDS = st.sampled_from(["{guild}", "{channel}", "{message}", "{bo}", "{role}"])
# What the parameters of a path are called, and what is really there; most requests should get as far as a handler.
PARAMETERS = {
    "guild_id": "{guild}", "channel_id": "{channel}", "message_id": "{message}", "account_id": "{bo}",
    "role_id": "{role}", "target_id": "{bo}", "emoji": "🍲",
}  # fmt: skip
SPELLINGS = st.sampled_from(
    ["0", "1", "-1", "00", "+7", "1_0", "%201", "9" * 19, "9" * 20, "9" * 3000, "٣", "%00", "%ff", "%ed%a0%bd", "..",
     "%2e%2e", "%2f", "@me", "null", "🍲", "❤️", "x" * 300, "a;b=c", "%F0%9F%8D%B2", "e%CC%81" * 200, "#", "%23"]
)  # fmt: skip
MARKS = st.text(st.sampled_from("a\u0301\u0316\u0f73\u200b\u202e\u0000\u3164é"), max_size=400)
TEXTS = (
    st.text(max_size=40)
    | MARKS
    | st.sampled_from(["", " ", "x" * 5000, "@everyone", "<@1>" * 500, "`" * 999])
)
NUMBERS = (
    st.integers() | st.sampled_from([2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**19, 10**100]) | st.floats()
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | IDS
KEYS = st.sampled_from(
    ["name", "content", "nonce", "enforce_nonce", "message_reference", "message_id", "allowed_mentions", "users", "parse",
     "tts", "type", "topic", "position", "parent_id", "permission_overwrites", "id", "allow", "deny", "roles", "nick",
     "mute", "channel_id", "username", "password", "token", "household", "invite", "display_name", "global_name",
     "max_age", "max_uses", "unique", "messages", "manual", "color", "colors", "permissions", "hoist", "owner_id",
     "system_channel_id", "revision", "sdp", "old_password", "new_password", "rate_limit_per_user", "flags", "embeds"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
BROKEN = st.sampled_from(
    [b"", b"{", b"[" * 5000, b'{"a":' * 5000, b"\xff", rb'{"content":"\ud83d"}', rb'{"name":"\ude00"}', b"1" * 5000,
     b'{"content":"' + b"\xcc\x81\xcc\x96" * 3000 + b'"}', b"\x00" * 100, b'"\xed\xa0\xbd"', b"NaN", b"-", b"1e999"]
)  # fmt: skip
BODIES = (
    (st.dictionaries(KEYS, VALUES, max_size=6) | VALUES).map(
        # Infinities are no JSON, and refused as such.
        lambda value: json.dumps(value).encode()
    )
    | BROKEN
    | st.binary(max_size=60)
)
KINDS = st.just("application/json") | st.just("application/json") | st.sampled_from(
    ["application/json", "text/plain", "multipart/form-data; boundary=b",
     'multipart/form-data; a="' + ";" * 5000, "application/json; charset=utf-16", "\u00e9", ""]
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(["origin", "cookie", "user-agent", "accept", "range", "x-audit-log-reason", "hearth-peer", "if-none-match"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)
    | st.sampled_from(["http://hearth.test", "null", "hearth_refresh=" + "1." * 300, ";" * 3000, '"' * 3000, "=" * 3000]),
    max_size=2,
)  # fmt: skip
MOSTLY = st.integers(0, 4).map(bool)
QUERIES = st.dictionaries(
    st.sampled_from(["before", "after", "around", "limit", "query", "with_counts", "x"]),
    SPELLINGS | st.integers().map(str) | IDS,
    max_size=3,
).map(lambda query: "&".join(f"{key}={value}" for key, value in query.items())) | st.sampled_from(
    ["&" * 2000, "a=1&" * 800, "%" * 99, "limit=1&limit=2", "limit[]=1"]
)


# Whatever is asked after its space is gone would end at the same answer.
NOT_ASKED = {("DELETE", "/guilds/{guild_id:int}"), ("DELETE", "/channels/{channel_id:int}")}
# There is no voice process here, and nobody who looks at the box's health.
NOT_HERE = ("/rtc/", "/voice-states", "/health")


def routes(server: Server) -> list[tuple[str, str]]:
    """Method and path of every route; of the aliases one, since they lead to the same handlers."""
    known: set[tuple[str, str]] = set()
    for route in server.client.app.routes:
        assert isinstance(route, HTTPRoute)
        is_here = not any(part in route.path for part in NOT_HERE)
        if route.path.startswith(("/api/v10", "/api/hearth/v1")) and is_here:
            methods = {method for handler in route.route_handlers for method in handler.http_methods}
            known |= {(method, route.path) for method in methods - {"OPTIONS"}}
    return sorted(one for one in known if (one[0], one[1].removeprefix("/api/v10")) not in NOT_ASKED)


def filled(text: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@st.composite
def requests(draw: st.DrawFn, known: list[tuple[str, str]]) -> tuple[str, str, bytes, dict[str, str]]:
    method, path = draw(st.sampled_from(known))
    parts = [draw(_part(part)) for part in path.split("/")]
    headers = {"content-type": draw(KINDS)} | ({} if draw(MOSTLY) else draw(HEADERS))
    query = "" if draw(MOSTLY) else f"?{draw(QUERIES)}"
    return method, f"{'/'.join(parts)}{query}", draw(BODIES), headers


def _part(part: str) -> st.SearchStrategy[str]:
    """A part of a path: as the route has it, or what stands for its parameter."""
    if not part.startswith("{"):
        return st.just(part)
    there = st.just(PARAMETERS.get(part.strip("{}").partition(":")[0], "{bo}"))
    return MOSTLY.flatmap(lambda honest: there if honest else IDS | SPELLINGS)


@pytest.fixture
async def facts(server: Server) -> dict[str, str]:
    message = await said(server, server.ada)
    made = await role(server)
    return {
        "guild": str(server.guild), "channel": str(server.general), "message": message["id"], "bo": str(server.bo),
        "role": made["id"],
    }  # fmt: skip


@pytest.mark.parametrize("is_member", [True, False])
async def test_no_request_whatever_it_is_makes_the_box_fail(
    server: Server, facts: dict[str, str], is_member: bool
) -> None:
    known = routes(server)
    asked: list[tuple[str, str, bytes, dict[str, str]]] = []

    # Hypothesis calls what is not asynchronous; the requests are made afterwards, on the loop of the database.
    @settings(max_examples=_ROUNDS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(requests(known))
    def collect(request: tuple[str, str, bytes, dict[str, str]]) -> None:
        asked.append(request)

    collect()
    for method, path, body, headers in asked:
        filled_body = filled(body.decode("latin-1"), facts).encode("latin-1")
        sent = encoded(headers, server, is_member=is_member)
        await besiege(server, method, filled(path, facts), filled_body, sent)

    assert len(asked) >= _ROUNDS


def encoded(headers: dict[str, str], server: Server, *, is_member: bool) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: what a browser would not send, somebody else does."""
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    if is_member:
        sent.append((b"authorization", f"Bearer {server.token(server.ada)}".encode()))
    return sent


async def besiege(
    server: Server, method: str, path: str, body: bytes, headers: list[tuple[bytes, bytes]]
) -> None:
    """One request straight into the application, as its own listener would hand it over."""
    raw, _, query = path.partition("#")[0].partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": method,
        "scheme": "https", "path": unquote(raw), "raw_path": quote(raw, safe="%/").encode(), "query_string": quote(query, safe="%&=").encode(),
        "root_path": "", "client": ("10.0.0.7", 1), "server": ("box", 8443),
        "headers": [(b"host", b"hearth.test"), (b"content-length", str(len(body)).encode()), *headers],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    began = time.thread_time()
    app: Any = server.client.app
    await app(scope, receive, send)

    told = (method, path[:200], body[:300], headers)
    assert time.thread_time() - began < _SOON, told
    answer = b"".join(message.get("body", b"") for message in sent[1:])
    assert sent[0]["status"] < 500, (told, answer)
    if sent[0]["status"] >= 400 and method != "HEAD":
        problem = json.loads(answer)
        assert problem["key"], told
        assert problem["message"], told
