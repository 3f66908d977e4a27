"""Files with a message: sent, shown to everybody, edited, and gone with it."""

import hashlib

import pytest

from appliance.access.permissions import Permission
from appliance.files import understood
from appliance.files.model import Kind
from appliance.files.queries import Facts
from tests.integration.chat import heard, ok, pair, refused, said
from tests.integration.conftest import Server
from tests.integration.files.sending import GIF, begun, content_at, got, incoming, kept, shown, uploaded

pytestmark = pytest.mark.anyio


def hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_message_of_files_alone_is_heard_and_read_with_them(server: Server) -> None:
    server.heard.clear()

    message = await shown(server, server.ada, GIF, b"word for word")

    first, second = message["attachments"]
    assert (first["content_type"], first["size"], first["filename"]) == ("image/gif", len(GIF), "soup.gif")
    assert second["content_type"] == "text/plain"
    assert (first["hearth"]["state"], second["hearth"]["state"]) == ("waiting", "ready")
    assert await content_at(server, first["url"]) == GIF
    assert await content_at(server, second["url"]) == b"word for word"
    [event] = heard(server, "MESSAGE_CREATE")
    assert [one.id for one in event.attachments] == [first["id"], second["id"]]
    [read] = await ok(server, server.bo, "GET", f"/channels/{server.general}/messages")
    assert read["attachments"] == message["attachments"]
    assert message["content"] == ""


async def test_what_was_said_of_a_file_is_kept(server: Server) -> None:
    upload = await uploaded(server, server.ada)
    file = {"id": "0", "uploaded_filename": upload, "filename": "Ö/../x\u202egpj.exe", "description": "Soup"}
    body = {"attachments": [{**file, "is_spoiler": True}]}

    message = await ok(server, server.ada, "POST", f"/channels/{server.general}/messages", json=body)

    [attachment] = message["attachments"]
    assert (attachment["filename"], attachment["description"], attachment["flags"]) == (
        "Ö_.._xgpj.exe",
        "Soup",
        8,
    )
    served = await got(server, attachment["url"])
    assert served is not None
    assert served.name == "Ö_.._xgpj.exe"


async def test_an_answer_shows_the_files_of_what_it_answers(server: Server) -> None:
    original = await shown(server, server.ada, GIF)

    answer = await said(server, server.bo, "Nice", message_reference={"message_id": original["id"]})

    assert answer["referenced_message"]["attachments"] == original["attachments"]


async def test_only_the_senders_own_upload_for_this_channel_is_taken_and_only_once(server: Server) -> None:
    async with server.database.transaction() as tx:
        elsewhere = await pair(tx, server.ada, server.bo)
    hers = await uploaded(server, server.ada)
    unfinished = (await begun(server, server.bo, 10)).headers["location"].rpartition("/")[2]
    path = f"/channels/{server.general}/messages"

    def body(upload: str, *more: str) -> dict[str, object]:
        return {"attachments": [{"id": "0", "uploaded_filename": one} for one in (upload, *more)]}

    unknown = (400, 50035, "invalid_form")
    away = await uploaded(server, server.bo, channel=elsewhere)
    assert await refused(server, server.bo, "POST", path, json=body(hers)) == unknown
    assert await refused(server, server.bo, "POST", path, json=body(away)) == unknown
    assert await refused(server, server.bo, "POST", path, json=body("0" * 32)) == unknown
    assert await refused(server, server.ada, "POST", path, json=body(hers, hers)) == unknown
    assert (await refused(server, server.bo, "POST", path, json=body(unfinished)))[2] == "upload_unfinished"
    await ok(server, server.ada, "POST", path, json=body(hers))
    assert await refused(server, server.ada, "POST", path, json=body(hers)) == unknown


async def test_who_may_not_attach_neither_uploads_nor_sends(server: Server) -> None:
    upload = await uploaded(server, server.bo)
    everyone = f"/guilds/{server.guild}/roles/{server.guild}"
    may = int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    await ok(server, server.ada, "PATCH", everyone, json={"permissions": str(may)})
    body = {"content": "look", "attachments": [{"id": "0", "uploaded_filename": upload}]}

    reply = await begun(server, server.bo, 10)

    assert (reply.status_code, reply.json()["key"]) == (403, "missing_permissions")
    sent = await refused(server, server.bo, "POST", f"/channels/{server.general}/messages", json=body)
    assert sent[2] == "missing_permissions"
    assert (await begun(server, server.cy, 10)).status_code == 404


async def test_more_than_ten_files_are_refused(server: Server) -> None:
    uploads = [await uploaded(server, server.ada, b"%d" % number) for number in range(11)]
    files = [{"id": "0", "uploaded_filename": one} for one in uploads]
    path = f"/channels/{server.general}/messages"

    assert (await refused(server, server.ada, "POST", path, json={"attachments": files}))[0] == 400
    await ok(server, server.ada, "POST", path, json={"attachments": files[:10]})


async def test_an_edit_removes_keeps_describes_and_adds_files(server: Server) -> None:
    message = await shown(server, server.ada, GIF, b"second", b"third", text="Look")
    first, second, third = message["attachments"]
    more = await uploaded(server, server.ada, b"fourth")
    server.heard.clear()

    path = f"/channels/{server.general}/messages/{message['id']}"
    asked = [
        {"id": third["id"], "description": "The third"},
        {"id": first["id"]},
        {"id": "0", "uploaded_filename": more},
    ]
    edited = await ok(server, server.ada, "PATCH", path, json={"attachments": asked})

    assert [one["size"] for one in edited["attachments"]] == [5, len(GIF), 6]
    assert edited["attachments"][0]["description"] == "The third"
    [event] = heard(server, "MESSAGE_UPDATE")
    assert len(event.attachments) == 3
    await server.files.keeper.collect()
    assert kept(server) == {hashed(GIF), hashed(b"third"), hashed(b"fourth")}
    assert await got(server, second["url"]) is None
    strange = [{"id": second["id"]}]
    assert (await refused(server, server.ada, "PATCH", path, json={"attachments": strange}))[0] == 400
    assert (await refused(server, server.ada, "PATCH", path, json={"attachments": [], "content": ""}))[
        2
    ] == "empty_message"
    without = await ok(server, server.ada, "PATCH", path, json={"attachments": []})
    assert (without["attachments"], without["content"]) == ([], "Look")


async def test_a_text_edit_keeps_the_files(server: Server) -> None:
    message = await shown(server, server.ada, GIF, text="Look")
    path = f"/channels/{server.general}/messages/{message['id']}"

    edited = await ok(server, server.ada, "PATCH", path, json={"content": ""})

    assert edited["content"] == ""
    assert edited["attachments"] == message["attachments"]


async def test_a_voice_message_is_one_recording_and_nothing_else(server: Server) -> None:
    sound = b"OggS\x00" + b"\x00" * 40
    path = f"/channels/{server.general}/messages"

    async def file(content: bytes = sound, **more: object) -> dict[str, object]:
        upload = await uploaded(server, server.ada, content)
        return {"id": "0", "uploaded_filename": upload, "duration_secs": 1.5, "waveform": "AAEC", **more}

    body = {"flags": 8192, "attachments": [await file()]}
    message = await ok(server, server.ada, "POST", path, json=body)

    [attachment] = message["attachments"]
    assert message["flags"] == 8192
    assert (attachment["duration_secs"], attachment["waveform"]) == (1.5, "AAEC")
    for wrong in (
        {**body, "attachments": [await file()], "content": "text"},
        {**body, "attachments": [await file(waveform=None)]},
        {**body, "attachments": [await file(b"no sound")]},
        {**body, "attachments": [await file(), await file()]},
        {**body, "attachments": []},
        {"attachments": [await file()]},
        {"content": "x", "flags": 64},
        {"attachments": [await file(waveform="!")], "flags": 8192},
    ):
        assert (await refused(server, server.ada, "POST", path, json=wrong))[0] == 400


@pytest.mark.parametrize("what", ["message", "bulk", "channel", "guild"])
async def test_a_file_goes_with_the_last_that_shows_it(server: Server, what: str) -> None:
    message = await shown(server, server.ada, GIF)
    other = await shown(server, server.bo, GIF)
    [file] = kept(server)

    path = f"/channels/{server.general}/messages"
    await ok(server, server.ada, "DELETE", f"{path}/{other['id']}")
    await server.files.keeper.collect()
    assert kept(server) == {file}

    if what == "message":
        await ok(server, server.ada, "DELETE", f"{path}/{message['id']}")
    elif what == "bulk":
        more = await said(server, server.ada)
        ids = [message["id"], more["id"]]
        await ok(server, server.ada, "POST", f"{path}/bulk-delete", json={"messages": ids})
    else:
        address = f"/channels/{server.general}" if what == "channel" else f"/guilds/{server.guild}"
        if what == "channel":
            await ok(server, server.ada, "POST", f"/guilds/{server.guild}/channels", json={"name": "attic"})
        await ok(server, server.ada, "DELETE", address)

    assert await got(server, message["attachments"][0]["url"]) is None
    await server.files.keeper.collect()
    assert kept(server) == set()
    assert incoming(server) == set()


async def test_the_files_of_a_channel_are_listed_newest_first(server: Server) -> None:
    first = await shown(server, server.ada, GIF, b"words")
    second = await shown(server, server.bo, GIF)
    path = f"/api/hearth/v1/channels/{server.general}/files"

    listed = await ok(server, server.bo, "GET", path)
    pictures = await ok(server, server.bo, "GET", f"{path}?kind=picture")
    older = await ok(
        server, server.bo, "GET", f"{path}?before={pictures[0]['attachment']['id']}&kind=picture"
    )
    others = await ok(server, server.bo, "GET", f"{path}?kind=other")

    assert [one["message_id"] for one in listed] == [second["id"], first["id"], first["id"]]
    assert [one["message_id"] for one in pictures] == [second["id"], first["id"]]
    assert [one["message_id"] for one in older] == [first["id"]]
    assert [one["attachment"]["content_type"] for one in others] == ["text/plain"]
    assert (await refused(server, server.cy, "GET", path))[0] == 404


async def test_what_the_worker_found_out_is_told_without_an_author(server: Server) -> None:
    message = await shown(server, server.ada, GIF)
    await ok(server, server.bo, "DELETE", f"/users/@me/guilds/{server.guild}")
    server.heard.clear()

    small = b"a small picture"
    file = understood.scratch(server.files)
    file.write_bytes(small)
    made = understood.Made(
        kind=Kind.THUMBNAIL, file=file, sha256=hashlib.sha256(small).digest(), size=len(small),
        content_type="image/webp", width=1, height=1,
    )  # fmt: skip
    facts = Facts(state=1, content_type="image/gif", width=1, height=1, placeholder=b"\x01\x02")
    assert await understood.understood(server.files, bytes.fromhex(hashed(GIF)), facts, [made])

    [event] = heard(server, "MESSAGE_UPDATE")
    [attachment] = event.attachments
    assert (attachment.width, attachment.placeholder, attachment.hearth.state) == (1, "AQI=", "ready")
    assert await content_at(server, attachment.hearth.thumbnail.url) == small
    assert event.edited_timestamp is None
    await ok(server, server.ada, "DELETE", f"/channels/{server.general}/messages/{message['id']}")
    await server.files.keeper.collect()
    assert kept(server) == set()
