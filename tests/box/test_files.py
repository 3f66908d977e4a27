"""A photo on a box: systemd starts the worker for it, with nothing in its hands, and it is gone again afterwards."""

import asyncio
import base64
from typing import Any

import pytest

from tests import file_corpus as corpus
from tests.box.home import Home
from tests.box.machine import Machine

pytestmark = pytest.mark.anyio

OFFSET = "application/offset+octet-stream"


async def sent(people: Home, content: bytes) -> str:
    """A message of Nora's with this file; its path."""
    nora = people.nora
    described = f"filename {base64.b64encode(b'soup.jpg').decode()}"
    tus = {"Tus-Resumable": "1.0.0"} | nora._headers
    begun = await nora.http.post(
        f"/api/hearth/v1/channels/{people.general}/uploads",
        headers=tus | {"Upload-Length": str(len(content)), "Upload-Metadata": described},
    )
    address = begun.headers["location"]
    filled = await nora.http.patch(
        address, content=content, headers=tus | {"Upload-Offset": "0", "Content-Type": OFFSET}
    )
    assert filled.status_code == 204, filled.text
    body = {"attachments": [{"id": "0", "uploaded_filename": address.rsplit("/", 1)[1]}]}
    answer = await nora.http.post(
        f"/api/v10/channels/{people.general}/messages", json=body, headers=nora._headers
    )
    return f"/api/v10/channels/{people.general}/messages/{answer.json()['id']}"


async def understood(people: Home, path: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            [file] = (await people.nora.get(path))["attachments"]
            if file["hearth"]["state"] != "waiting":
                return file
            await asyncio.sleep(0.1)


def workers(machine: Machine) -> list[str]:
    listed = machine.run("systemctl", "list-units", "--plain", "--no-legend", "hearth-files@*")
    return [line.split()[0] for line in listed.splitlines()]


async def test_a_photo_is_looked_at_by_somebody_who_has_nothing(people: Home) -> None:
    machine = people.machine
    # Other tests send pictures too; it goes when nobody needs it for a minute.
    async with asyncio.timeout(90):
        while workers(machine):  # noqa: ASYNC110  systemd tells nobody
            await asyncio.sleep(1)

    picture = await understood(people, await sent(people, corpus.encoded("HEIF")))
    film = await understood(people, await sent(people, b"\0\0\0\x18ftypmp42" + bytes(300)))

    assert (picture["hearth"]["state"], film["hearth"]["state"]) == ("ready", "failed")
    assert (picture["width"], picture["height"]) == (300, 400)
    [unit] = workers(machine)
    process = f"/proc/{machine.main_pid(unit)}"
    status = machine.run("cat", f"{process}/status")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Uid"].split()[0] not in {"0", machine.run("id", "-u", "hearth").strip()}
    assert (fields["CapEff"], fields["NoNewPrivs"], fields["Seccomp"]) == ("0" * 16, "1", "2")
    assert machine.run("cat", f"{process}/oom_score_adj").strip() == "1000"
    assert machine.run("cat", f"{process}/net/dev").count("\n") == 3
    inside = machine.try_run("nsenter", f"--mount={process}/ns/mnt", "ls", "/var/lib/hearth")
    assert inside.stdout == ""
    assert machine.show(unit)["MemoryMax"] == str(300 << 20)
    # The kernel's own locks, too: none was missing.
    assert [one["MESSAGE"] for one in machine.entries("SYSLOG_IDENTIFIER=hearth-files")] == []


async def test_a_worker_that_is_killed_is_another_one_s_turn(people: Home) -> None:
    machine = people.machine
    await understood(people, await sent(people, corpus.encoded("PNG")))
    for unit in workers(machine):
        machine.run("systemctl", "kill", "--signal=SIGKILL", unit)

    picture = await understood(people, await sent(people, corpus.encoded("WEBP")))

    assert picture["hearth"]["state"] == "ready"
    assert machine.show("hearth-files.socket")["ActiveState"] == "active"
