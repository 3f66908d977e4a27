"""Files through a whole box, over TLS: what its parts promise each other, seen from outside."""

import base64
import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.box import Box, running_box

PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
TEXT = b"soup, bread, a film. " * 40_000
MB = 1 << 20


class Home:
    def __init__(self, box: Box, client: httpx.Client) -> None:
        self.box, self.client = box, client
        box.set_up(client)
        [guild] = client.get("/api/v10/users/@me/guilds").json()
        channels = client.get(f"/api/v10/guilds/{guild['id']}/channels").json()
        self.channel: str = next(one["id"] for one in channels if one["type"] == 0)
        self.messages = f"/api/v10/channels/{self.channel}/messages"

    def begin(self, size: int, name: str = "list.txt") -> str:
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(size),
            "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
        }
        made = self.client.post(f"/api/hearth/v1/channels/{self.channel}/uploads", headers=headers)
        assert made.status_code == 201, made.text
        return str(made.headers["location"])

    def line(self) -> ssl.SSLSocket:
        """A connection to the box."""
        trust = ssl.create_default_context(cafile=str(self.box.folder / "tls" / "hearth-ca.crt"))
        raw = socket.create_connection(("localhost", self.box.https), timeout=20)
        return trust.wrap_socket(raw, server_hostname="localhost")

    def cut_off(self, target: str, content: bytes, size: int) -> None:
        """Send the beginning of a file, and lose the line."""
        head = f"PATCH {target} HTTP/1.1\r\nHost: localhost\r\nUpload-Offset: 0\r\nContent-Length: {size}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in PIECE.items()) + "\r\n"
        with self.line() as line:
            line.sendall(head.encode() + content)

    def show(self, target: str, **more: object) -> dict[str, Any]:
        file = {"id": "0", "uploaded_filename": target.rpartition("/")[2], **more}
        return self.sent(self.client.post(self.messages, json={"attachments": [file]}))

    def sent(self, reply: httpx.Response) -> dict[str, Any]:
        assert reply.status_code == 200, reply.text
        message: dict[str, Any] = reply.json()
        return message


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with running_box(tmp_path_factory.mktemp("box")) as box, box.client() as client:
        yield Home(box, client)


def test_a_file_that_was_cut_off_arrives_and_is_read_in_parts(home: Home) -> None:
    target = home.begin(len(TEXT))
    home.cut_off(target, TEXT[:300_000], len(TEXT))
    offset = 0
    for _ in range(50):
        head = home.client.head(target, headers={"Tus-Resumable": "1.0.0"})
        offset = int(head.headers["upload-offset"])
        if offset:
            break
        time.sleep(0.1)
    assert 0 < offset <= 300_000

    reply = home.client.patch(target, content=TEXT[offset:], headers={**PIECE, "Upload-Offset": str(offset)})
    assert (reply.status_code, reply.headers["upload-offset"]) == (204, str(len(TEXT)))
    [attachment] = home.show(target)["attachments"]
    whole = home.client.get(attachment["url"])
    part = home.client.get(attachment["url"], headers={"Range": "bytes=1000-1999"})

    assert whole.content == TEXT
    assert whole.headers["content-type"] == "text/plain; charset=utf-8"
    assert (part.status_code, part.content) == (206, TEXT[1000:2000])
    known = home.client.get(attachment["url"], headers={"If-None-Match": whole.headers["etag"]})
    assert known.status_code == 304


def test_an_address_is_good_as_it_is_and_no_other(home: Home) -> None:
    target = home.begin(5)
    home.client.patch(target, content=b"hello", headers={**PIECE, "Upload-Offset": "0"})
    message = home.show(target)
    url: str = message["attachments"][0]["url"]
    path = url.partition("?")[0]
    other = re.sub(r"(\d)(?=/[^/]+\?)", lambda found: str((int(found[1]) + 1) % 10), url)

    # Whoever has it needs no account: it is for pictures in a page, which send none.
    with home.box.client() as stranger:
        assert stranger.get(url).status_code == 200
        for wrong in [path, url[:-1], url + "0", url.replace("ex=", "ex=f"), other, path + "?ex=&sig="]:
            assert stranger.get(wrong).status_code == 404, wrong
    home.client.delete(f"{home.messages}/{message['id']}")

    assert home.client.get(url).status_code == 404


def test_a_bot_sends_a_large_file_in_one_request_and_the_server_does_not_grow_by_it(home: Home) -> None:
    server = home.box.child("server")
    before = server.memory_info().rss
    content = os.urandom(MB) * 60

    reply = home.client.post(
        home.messages, files={"files[0]": ("film.bin", content)}, data={"payload_json": "{}"}
    )

    [attachment] = home.sent(reply)["attachments"]
    assert server.memory_info().rss - before < 25 * MB
    with home.client.stream("GET", attachment["url"]) as got:
        assert sum(len(piece) for piece in got.iter_bytes()) == len(content)
    assert server.memory_info().rss - before < 25 * MB


def test_whoever_may_not_send_is_told_before_the_file_has_come(home: Home) -> None:
    head = f"POST {home.messages} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer nobody\r\n"
    head += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {300 * MB}\r\n\r\n--x\r\n"
    with home.line() as line:
        line.sendall(head.encode() + bytes(100_000))

        assert line.recv(4096).startswith(b"HTTP/1.1 401 ")
