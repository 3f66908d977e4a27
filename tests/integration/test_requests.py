"""What is in a request: refused in words before it costs anything, whatever it is, and counted whatever it is called."""

import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from appliance.app import create_app
from appliance.http.body_limits import FORM_BYTES, FORMS, body_limit
from appliance.http.guards import LONGEST_TARGET, MOST_HEADER_BYTES
from appliance.limits import Limits
from tests.integration.chat import ok, said
from tests.integration.conftest import Server, ServerClient

pytestmark = pytest.mark.anyio

LOGIN = "/api/hearth/v1/auth/login"
JSON = {"content-type": "application/json"}
# A stall that anybody in a chat would notice; the attacks below once took 2 to 10 s.
SOON = 0.5


@pytest.fixture
async def strict(server: Server) -> AsyncIterator[ServerClient]:
    """Ada at the box with the limits of the product, at one moment: no test has to be fast."""
    app = create_app(server.database, server.callers, extra={"limits": Limits(lambda: 1000.0)})
    async with ServerClient(app) as client:
        client.headers["Authorization"] = f"Bearer {server.token(server.ada)}"
        yield client


async def problem(server: Server, method: str, path: str, **more: Any) -> tuple[int, str]:
    """Status and key of a refusal, which must take little of the loop's time and come in our own shape."""
    began = time.thread_time()
    reply = await server.request(server.ada, method, path, **more)
    assert time.thread_time() - began < SOON
    assert reply.json()["message"]
    return reply.status_code, reply.json()["key"]


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/msgpack",
        'application/json; a="' + ";" * 1000,
        "",
        'multipart/form-data; a="' + ";" * 12_000,
        "multipart/form-data; a=" + '\\"' * 6_000,
    ],
    ids=lambda kind: f"{kind[:30]} {len(kind)}",
)
async def test_what_a_form_of_another_site_could_send_is_not_read(server: Server, kind: str) -> None:
    headers = {"content-type": kind} if kind else {}
    body = b'{"username": "ada", "password": "her very own"}'

    assert await problem(server, "POST", LOGIN, content=body, headers=headers) == (415, "not_json")
    assert (await problem(server, "PATCH", "/users/@me", content=body, headers=headers))[0] == 415


async def test_json_may_say_how_it_is_encoded(server: Server) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}

    assert await problem(server, "POST", LOGIN, content=b"[]", headers=headers) == (400, "invalid_form")


@pytest.mark.parametrize(
    "kind", ['multipart/form-data; a="' + ";" * 12_000, "multipart/form-data", "text/plain"]
)
async def test_a_message_in_a_form_without_a_readable_kind_is_refused(server: Server, kind: str) -> None:
    path = f"/channels/{server.general}/messages"

    status, _ = await problem(server, "POST", path, content=b"{}", headers={"content-type": kind})

    assert status in {400, 415}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 4000,
        b'{"username":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"a":' * 400 + b"1" + b"}" * 400,
        b'{"username": "\xff", "password": "x"}',
        b'{"username": "\xed\xa0\xbd", "password": "x"}',
        rb'{"username": "half \ud83d of it", "password": "x"}',
        rb'{"username": "x", "password": "\ude00"}',
        b'{"username": "x", "password": 10000000000000000000}',
        b'{"username": "x", "password": ' + b"9" * 4000 + b"}",
        b'{"username": "x", "password": 1e999}',
        b"",
        b"null",
        b"nul",
        b"\x00",
    ],
    ids=lambda body: repr(body[:40]),
)
async def test_what_is_no_json_for_us_is_refused_in_words(server: Server, body: bytes) -> None:
    for path in (
        LOGIN,
        "/api/hearth/v1/setup",
        "/api/hearth/v1/auth/register",
        f"/guilds/{server.guild}/roles",
    ):
        assert await problem(server, "POST", path, content=body, headers=JSON) == (400, "invalid_form")


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**19, 10**300])
async def test_a_number_that_no_column_holds_is_refused_wherever_it_stands(
    server: Server, number: int
) -> None:
    message = await said(server, server.ada)
    guild, channel = f"/guilds/{server.guild}", f"/channels/{server.general}"
    writes: list[tuple[str, str, Any]] = [
        ("POST", f"{guild}/roles", {"color": number}),
        ("POST", f"{guild}/roles", {"permissions": number}),
        ("PATCH", f"{guild}/roles", [{"id": number, "position": 1}]),
        ("PATCH", f"{guild}/channels", [{"id": str(server.general), "position": number}]),
        ("PATCH", channel, {"position": number}),
        ("PATCH", channel, {"rate_limit_per_user": number}),
        ("POST", f"{channel}/invites", {"max_age": number}),
        ("POST", f"{channel}/messages", {"content": "x", "nonce": number, "enforce_nonce": True}),
        ("POST", f"{channel}/messages", {"content": "x", "message_reference": {"message_id": number}}),
        ("POST", f"{channel}/messages", {"content": "@x", "allowed_mentions": {"users": [number]}}),
        ("POST", f"{channel}/messages/bulk-delete", {"messages": [message["id"], number]}),
        ("PATCH", f"{guild}/members/{server.bo}", {"roles": [number]}),
    ]
    for method, path, body in writes:
        assert (await problem(server, method, path, json=body))[0] == 400, (path, body)


@pytest.mark.parametrize("value", ["9" * 3000, "+1", "1_0", "-1", " 1", "%00", "١", "0x1", "1.5", "%ff"])
async def test_a_number_in_a_query_is_a_number_or_refused(server: Server, value: str) -> None:
    for path in (f"/channels/{server.general}/messages?limit=", f"/guilds/{server.guild}/members?after="):
        assert await problem(server, "GET", path + value) == (400, "invalid_form")


async def test_a_sign_in_is_small(server: Server) -> None:
    body = {"username": "ada", "password": "a" + "\u0301" * 40_000 + "\u0316" * 40_000}

    assert await problem(server, "POST", LOGIN, json=body) == (413, "too_large")
    body["password"] = "a" + "\u0301\u0316" * 900
    assert await problem(server, "POST", LOGIN, json=body) == (401, "bad_credentials")


async def test_a_message_is_measured_before_it_is_normalised(server: Server) -> None:
    for content in ("a" + "\u0301" * 30_000 + "\u0316" * 30_000, "a" + "\u0301\u0316" * 3_900, " " * 200_000):
        status, _ = await problem(
            server, "POST", f"/channels/{server.general}/messages", json={"content": content}
        )
        assert status == 400


async def test_every_routes_limit_is_the_one_that_the_listener_has(server: Server) -> None:
    for route in server.client.app.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            assert isinstance(handler, HTTPRouteHandler)
            for method in handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
                # A form is read piece by piece, its JSON within the limit of every other.
                path = re.sub(r"\{[^}]*\}", "1", route.path)
                most = FORM_BYTES if FORMS in handler.opt else body_limit(method, path)
                assert handler.resolve_request_max_body_size() == most, route.path


async def test_an_address_or_headers_beyond_all_use_are_refused_before_they_are_kept(server: Server) -> None:
    long = "x" * LONGEST_TARGET

    assert await problem(server, "GET", f"/invites/{long}") == (414, "address_too_long")
    assert await problem(server, "GET", f"/users/@me?x={long}") == (414, "address_too_long")
    assert await problem(server, "GET", "/users/@me", headers={"x": "y" * MOST_HEADER_BYTES}) == (
        431,
        "headers_too_large",
    )
    assert await problem(
        server, "GET", "/users/@me", headers={"Authorization": "Bearer " + "x" * 10_000}
    ) == (
        401,
        "not_signed_in",
    )


def spellings(server: Server) -> list[str]:
    """Ways to write the id of a channel that are not its id."""
    id_ = str(server.general)
    arabic = id_.translate({ord(str(digit)): 0x660 + digit for digit in range(10)})
    return [
        f"0{id_}", f"000{id_}", f"+{id_}", f"-{id_}", f"%20{id_}", f"{id_}%20", f"{id_[0]}_{id_[1:]}", arabic,
        f"{id_};x=1", f"{id_}%00", f"{id_}.0", f"%0a{id_}", "9" * 3000, f"{id_}%0a",
    ]  # fmt: skip


async def test_a_channel_has_one_address(server: Server) -> None:
    for spelling in spellings(server):
        status, key = await problem(server, "POST", f"/channels/{spelling}/messages", json={"content": "x"})
        assert (status, key) == (404, "not_found"), spelling


async def test_an_id_in_a_body_is_written_as_we_write_it(server: Server) -> None:
    for spelling in (
        f"0{server.general}",
        f"+{server.general}",
        f" {server.general}",
        f"{server.general}_0",
        "x",
    ):
        body = [{"id": spelling, "position": 1}]
        assert await problem(server, "PATCH", f"/guilds/{server.guild}/channels", json=body) == (
            400,
            "invalid_form",
        )


async def test_every_way_to_a_channel_is_counted_on_one_clock(server: Server, strict: ServerClient) -> None:
    ways = [
        *(f"{tree}/channels/{server.general}/messages" for tree in ("/api/v10", "/api/v9", "/api")),
        f"/api/v10/channels/{server.general}/messages/",
        f"/api/v10//channels//{server.general}/messages",
        f"/api/v10/channels/{server.general}/messages?x=1",
        *(f"/api/v10/channels/{spelling}/messages" for spelling in spellings(server)[:8]),
    ]
    passed = 0
    for _ in range(3):
        for way in ways:
            passed += (await strict.post(way, json={"content": "x"})).status_code == 200

    assert passed == 10


async def test_each_group_of_routes_has_its_pace(server: Server, strict: ServerClient) -> None:
    message = await said(server, server.ada)
    one = f"/api/v10/channels/{server.general}/messages/{message['id']}"
    groups: list[tuple[str, str, str, Any]] = [
        ("react", "PUT", f"{one}/reactions/🍲/@me", None),
        ("react", "DELETE", f"{one}/reactions/🍲/@me", None),
        ("edit", "PATCH", one, {"content": "y"}),
        ("make", "POST", f"/api/v10/channels/{server.general}/invites", {}),
        ("make", "POST", f"/api/v10/guilds/{server.guild}/roles", {}),
        ("make", "POST", f"/api/v10/guilds/{server.guild}/channels", {"name": "attic"}),
        ("make", "POST", f"/api/hearth/v1/guilds/{server.guild}/bots", {"name": "helper"}),
        ("anything", "DELETE", one, None),
    ]
    for bucket, method, path, body in groups:
        reply = await strict.request(method, path, json=body)
        assert (reply.status_code < 300, reply.headers["x-ratelimit-bucket"]) == (True, bucket), path


HEADERS = {"limit", "remaining", "reset", "reset-after", "bucket"}


def rate(reply: Any) -> dict[str, str]:
    """What an answer says of rates."""
    prefix = "x-ratelimit-"
    return {
        name.removeprefix(prefix): value for name, value in reply.headers.items() if name.startswith(prefix)
    }


async def test_every_answer_to_whoever_is_signed_in_says_how_fast_they_may_go_on(
    server: Server, strict: ServerClient
) -> None:
    answers = [
        await strict.get("/api/v10/users/@me"),
        await strict.get("/api/v9/guilds/5"),
        await strict.get(f"/api/channels/{server.general}/messages?limit=x"),
        await strict.patch("/api/v10/users/@me", content=b"{", headers=JSON),
        await strict.post(f"/api/v10/channels/{server.general}/typing"),
        await strict.delete(f"/api/v10/channels/{server.general}/messages/5"),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 400, 400, 204, 404]
    for answer in answers:
        assert rate(answer).keys() == HEADERS
    assert int(rate(answers[1])["remaining"]) <= 100 - 2
    assert abs(float(rate(answers[0])["reset"]) - time.time()) < 5
    assert rate(await server.request(None, "GET", "/users/@me")) == {}


async def test_whoever_is_refused_is_told_all_of_it(server: Server, strict: ServerClient) -> None:
    path = f"/api/v10/channels/{server.general}/messages"
    refused = [await strict.post(path, json={"content": "x"}) for _ in range(11)][-1]

    told = rate(refused)
    assert refused.status_code == 429
    assert told.keys() == HEADERS | {"scope"}
    assert (told["scope"], told["limit"], told["remaining"], told["bucket"]) == ("user", "10", "0", "send")
    assert 8 < float(told["reset-after"]) <= 10
    assert refused.headers["via"] == "1.1 hearth"
    assert int(refused.headers["retry-after"]) >= refused.json()["retry_after"]


async def test_whoever_asks_for_anything_too_fast_is_told_that_it_is_about_everything(
    server: Server, strict: ServerClient
) -> None:
    limits: Limits = strict.app.state.limits
    for _ in range(100):
        limits.take(server.ada)

    refused = await strict.get("/api/v10/users/@me")

    assert (refused.status_code, refused.json()["global"]) == (429, True)
    assert (rate(refused)["scope"], rate(refused)["global"]) == ("global", "true")


async def test_slow_mode_says_in_its_headers_how_long_it_takes(server: Server, strict: ServerClient) -> None:
    channel = f"/channels/{server.general}"
    await ok(server, server.ada, "PATCH", channel, json={"rate_limit_per_user": 60})
    strict.headers["Authorization"] = f"Bearer {server.token(server.bo)}"
    refused = [await strict.post(f"/api/v10{channel}/messages", json={"content": "x"}) for _ in range(2)][-1]

    assert (refused.status_code, refused.json()["code"]) == (429, 20016)
    assert rate(refused)["remaining"] == "0"
    assert rate(refused).keys() == HEADERS | {"scope"}
    assert 50 < float(rate(refused)["reset-after"]) <= 60


OWN = ["http://hearth.test", "https://hearth.test", "HTTPS://HEARTH.TEST"]
FOREIGN = [
    "http://evil.test", "null", "", "https://hearth.test.evil.test", "https://hearth.test:8443",
    "https://hearth.test/x", "https://x@hearth.test", "ftp://hearth.test", "file://", "https://[", "hearth.test",
    "https://xn--hearth.test",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
async def test_the_page_of_another_site_writes_nothing(server: Server, origin: str) -> None:
    for method, path in (
        ("POST", LOGIN),
        ("POST", "/api/hearth/v1/auth/logout"),
        ("POST", "/api/hearth/v1/auth/refresh"),
        ("POST", f"/channels/{server.general}/messages"),
        ("PATCH", "/users/@me"),
        ("DELETE", f"/guilds/{server.guild}"),
    ):
        body: Any = None if method == "DELETE" else {}
        assert await problem(server, method, path, json=body, headers={"origin": origin}) == (
            403,
            "foreign_page",
        )


@pytest.mark.parametrize("origin", OWN)
async def test_the_boxs_own_page_writes(server: Server, origin: str) -> None:
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}

    await ok(server, server.ada, "PATCH", "/users/@me", json={"global_name": "A"}, headers=headers)
    assert await problem(
        server, "PATCH", "/users/@me", json={}, headers=headers | {"sec-fetch-site": "same-site"}
    ) == (403, "foreign_page")
