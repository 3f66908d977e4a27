"""Runs inside the virtual box, from the second disk: does what a test says over a serial line, as one of four.

`box` is the box itself, `air` this disk's own tools, `phone` and `home` the same tools in the phone's and the router's network. A
request is a line of JSON, so is its answer; requests run side by side, and an answer bears its request's number.
"""

import json
import os
import subprocess
import threading
import time
from typing import Any

LINE = "/dev/virtio-ports/hearth.radios"
BOX = ["nsenter", "--target=1", "--mount", "--"]
_writing = threading.Lock()


def where(at: str, command: list[str]) -> list[str]:
    if at == "box":
        return [*BOX, *command]
    return command if at == "air" else ["ip", "netns", "exec", at, *command]


def run(request: dict[str, Any]) -> dict[str, Any]:
    command = where(request["at"], request["do"])
    if request.get("stays"):
        # It ends with the machine, or when somebody kills it.
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )  # fmt: skip
        return {"code": 0, "out": str(started.pid), "err": ""}
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, input=request.get("input", ""), capture_output=True, text=True, errors="replace",
            timeout=request["seconds"], check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return {"code": 124, "out": str(late.stdout or ""), "err": "too slow"}
    return {"code": done.returncode, "out": done.stdout, "err": done.stderr, "took": time.monotonic() - began}


def answer(line: int, request: dict[str, Any]) -> None:
    try:
        reply = run(request)
    except OSError as error:
        reply = {"code": 127, "out": "", "err": str(error)}
    left = json.dumps({"id": request["id"], **reply}).encode() + b"\n"
    with _writing:
        while left:
            left = left[os.write(line, left) :]


def main() -> None:
    line = os.open(LINE, os.O_RDWR)
    heard = b""
    while True:
        piece = os.read(line, 65536)
        if not piece:
            # Nobody is at the other end yet.
            time.sleep(0.1)
        heard += piece
        *requests, heard = heard.split(b"\n")
        for request in requests:
            threading.Thread(target=answer, args=(line, json.loads(request)), daemon=True).start()


if __name__ == "__main__":
    main()
