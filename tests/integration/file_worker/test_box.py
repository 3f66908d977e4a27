"""A whole box under its launcher: a photo goes in by the front door and is seen by everybody, and no worker is left behind."""

import base64
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests import file_corpus as corpus
from tests.box import Box, running_box

OFFSET = "application/offset+octet-stream"


def upload(client: httpx.Client, channel: str, content: bytes) -> str:
    """Send a file as tus-js-client does; the id of the upload."""
    described = f"filename {base64.b64encode(b'soup.jpg').decode()}"
    begun = client.post(
        f"/api/hearth/v1/channels/{channel}/uploads",
        headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content)), "Upload-Metadata": described},
    )
    assert begun.status_code == 201, begun.text
    address = begun.headers["location"]
    sent = client.patch(
        address, content=content, headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": OFFSET}
    )  # fmt: skip
    assert sent.status_code == 204, sent.text
    return str(address).rsplit("/", 1)[1]


def workers(box: Box) -> list[psutil.Process]:
    return [
        one
        for one in psutil.Process(box.child("server").pid).children()
        if "appliance.file_worker" in one.cmdline()
    ]


def test_a_photo_on_a_real_box(tmp_path: Path) -> None:
    with running_box(tmp_path / "data") as box, box.client() as client:
        box.set_up(client)
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
        channel = next(one["id"] for one in channels if one["type"] == 0)
        before = workers(box)
        number = upload(client, channel, corpus.encoded("JPEG"))
        body = {"content": "Soup!", "attachments": [{"id": "0", "uploaded_filename": number}]}
        sent = client.post(f"/api/v10/channels/{channel}/messages", json=body).json()

        def file() -> dict[str, Any]:
            [found] = client.get(f"/api/v10/channels/{channel}/messages/{sent['id']}").json()["attachments"]
            assert isinstance(found, dict)
            return found

        box.until(lambda: file()["hearth"]["state"] == "ready")
        thumbnail = client.get(file()["hearth"]["thumbnail"]["url"])
        original = client.get(file()["hearth"]["url"])
        [worker] = workers(box)
        server = box.child("server")
        server.kill()
        worker.wait(10)

    assert before == []
    assert thumbnail.content[8:12] == b"WEBP"
    assert original.headers["content-type"] == "image/jpeg"
    assert not any(trace in original.content for trace in corpus.TRACES)
    # Traps of the kernel's that are missing here would be told in the log, each once.
    assert "a file made a library raise" not in box.log
