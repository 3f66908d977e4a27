"""Runs inside the virtual box, in the phone's network: lets a browser outside see what the phone sees (SOCKS 5, RFC 1928).

Names are looked up here, by the phone's own resolver; that is the point of it.
"""

import asyncio
import socket
import sys
from contextlib import suppress

_LATE = 30.0


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.write_eof()


async def target(reader: asyncio.StreamReader) -> tuple[str, int]:
    _, _, _, kind = await reader.readexactly(4)
    if kind == 1:
        host = socket.inet_ntoa(await reader.readexactly(4))
    elif kind == 3:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    else:
        host = socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
    return host, int.from_bytes(await reader.readexactly(2))


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        host, port = await target(reader)
        try:
            out = await asyncio.wait_for(asyncio.open_connection(host, port, family=socket.AF_INET), _LATE)
        except ConnectionRefusedError:
            writer.write(b"\x05\x05\x00\x01" + bytes(6))
        except (OSError, TimeoutError):
            writer.write(b"\x05\x04\x00\x01" + bytes(6))
        else:
            writer.write(b"\x05\x00\x00\x01" + bytes(6))
            await asyncio.gather(pass_on(reader, out[1]), pass_on(out[0], writer))
            out[1].close()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, sys.argv[1], int(sys.argv[2]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
