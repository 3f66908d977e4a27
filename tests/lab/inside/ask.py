"""Runs inside the virtual box, in the phone's network: asks what a phone asks by itself. `ask.py names|pages|doors ARGUMENT…`

One line of JSON in answer, a list with an entry for each argument.
"""

import http.client
import json
import socket
import struct
import sys
import time
from urllib.parse import urlsplit

_PATIENCE = 10.0


def name(question: str) -> list[object]:
    """`server name kind`: the response code and what stands in the answers (RFC 1035)."""
    server, asked, kind = question.split()
    labels = b"".join(bytes([len(part)]) + part.encode() for part in asked.split("."))
    message = (
        struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + labels + bytes(1) + struct.pack("!HH", int(kind), 1)
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(_PATIENCE)
        line.sendto(message, (server, 53))
        reply = line.recv(512)
    answers = struct.unpack("!H", reply[6:8])[0]
    return [reply[3] & 15, answers, socket.inet_ntoa(reply[-4:]) if answers else ""]


def page(address: str) -> dict[str, object]:
    """One request without following where it leads, as a system's probe is; the name is looked up like any other."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_PATIENCE)
    connection.request("GET", parts.path or "/", headers={"User-Agent": "CaptiveNetworkSupport-391 wispr"})
    reply = connection.getresponse()
    body = reply.read()
    return {"status": reply.status, "headers": {key.lower(): value for key, value in reply.getheaders()},
            "body": body.decode("utf-8", "replace"), "bytes": len(body)}  # fmt: skip


def connection(address: str) -> list[object]:
    """`host port`: open, reset or late, and after how many seconds."""
    host, port = address.split()
    began = time.monotonic()
    try:
        socket.create_connection((host, int(port)), _PATIENCE).close()
        found = "open"
    except ConnectionRefusedError:
        found = "reset"
    except OSError as error:
        found = str(error)
    return [found, round(time.monotonic() - began, 2)]


kinds = {"names": name, "pages": page, "doors": connection}
print(json.dumps([kinds[sys.argv[1]](argument) for argument in sys.argv[2:]]))
