"""What the tests of files do again and again: send one as a client does, and get it as a browser does."""

import base64
from typing import Any
from urllib.parse import urlsplit

from appliance.http.files import UPLOADS, ServedFile
from appliance.ids import AccountId, ChannelId
from tests.integration.chat import ok
from tests.integration.conftest import Server

# The smallest picture that is one: a GIF of one pixel.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


async def begun(
    server: Server, who: AccountId, size: int, name: str = "soup.gif", channel: ChannelId | None = None
) -> Any:
    """The answer to a request for an upload."""
    described = f"filename {base64.b64encode(name.encode()).decode()}"
    return await server.request(
        who,
        "POST",
        f"/api/hearth/v1/channels/{channel or server.general}/uploads",
        headers={"Upload-Length": str(size), "Upload-Metadata": described, "Tus-Resumable": "1.0.0"},
    )


async def fill(server: Server, upload_id: str, content: bytes) -> None:
    """Send the rest of an upload, as the front door does."""
    upload = await server.files.open_upload(upload_id)
    upload.write(memoryview(content)[upload.offset :])
    upload.sync()
    await upload.note()
    if upload.offset == upload.length:
        await upload.finish()
    upload.close()


async def uploaded(
    server: Server,
    who: AccountId,
    content: bytes = GIF,
    name: str = "soup.gif",
    channel: ChannelId | None = None,
) -> str:
    """The id of an upload that has arrived."""
    reply = await begun(server, who, len(content), name, channel)
    assert reply.status_code == 201, reply.text
    upload_id = str(reply.headers["location"].removeprefix(UPLOADS.decode()))
    if content:
        await fill(server, upload_id, content)
    return upload_id


async def shown(server: Server, who: AccountId, *contents: bytes, text: str = "", **more: Any) -> Any:
    """A message with these files."""
    ids = [await uploaded(server, who, content) for content in contents]
    files = [{"id": str(number), "uploaded_filename": id_} for number, id_ in enumerate(ids)]
    body = {"content": text, "attachments": files, **more}
    return await ok(server, who, "POST", f"/channels/{server.general}/messages", json=body)


async def got(server: Server, url: str) -> ServedFile | None:
    """What the front door would send for an address."""
    parts = urlsplit(url)
    return await server.files.find(parts.path, parts.query)


async def content_at(server: Server, url: str) -> bytes:
    served = await got(server, url)
    assert served is not None, url
    return served.path.read_bytes()


def kept(server: Server) -> set[str]:
    """The contents that lie on the disk."""
    return {file.name for file in server.files.keeper.store.blobs.glob("*/*")}


def incoming(server: Server) -> set[str]:
    return {file.name for file in server.files.keeper.store.incoming.glob("*")}
