"""Start the media process: `python -m appliance.sfu --socket PATH --data DIR`."""

import argparse
import asyncio
import ipaddress
import logging
import os
import signal
import sys
from pathlib import Path

import uvloop

from appliance.daemon.journald import log_to_journal
from appliance.sfu.listener import SocketTaken
from appliance.sfu.transport.addresses import Address
from appliance.sfu.transport.udp import Endpoint, PortTaken
from appliance.sfu.worker import Settings, Worker

log = logging.getLogger("appliance.sfu")


def _address(text: str) -> Address:
    try:
        return ipaddress.ip_address(text.strip())
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an IP address") from error


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a UDP port")
    return int(text)


def read_settings(arguments: list[str]) -> Settings:
    """Arguments first, then HEARTH_DATA, HEARTH_MEDIA_PORT and HEARTH_PUBLIC_IP."""
    environment = os.environ
    parser = argparse.ArgumentParser(prog="python -m appliance.sfu", description="Hearth's media process")
    data = environment.get("HEARTH_DATA", "data")
    port = environment.get("HEARTH_MEDIA_PORT", "8443")
    public = [part for part in environment.get("HEARTH_PUBLIC_IP", "").replace(",", " ").split() if part]
    parser.add_argument(
        "--data", type=Path, default=Path(data), help="data directory; the certificate is kept in it"
    )
    parser.add_argument("--socket", type=Path, help="control socket (default: DATA/sfu/control.sock)")
    parser.add_argument("--port", type=_port, default=port, help="UDP port for all media; 0 takes a free one")
    parser.add_argument(
        "--bind", type=_address, action="append", default=[], help="listen here only (may be repeated)"
    )
    parser.add_argument(
        "--public-ip", type=_address, action="append", default=[], help="also offered to browsers"
    )
    parser.add_argument("--verbose", action="store_true", help="log more")
    given = parser.parse_args(arguments)
    log_to_journal("hearth-sfu", logging.DEBUG if given.verbose else logging.INFO)
    try:
        offered = given.public_ip or [_address(part) for part in public]
    except argparse.ArgumentTypeError as error:
        parser.error(f"HEARTH_PUBLIC_IP: {error}")
    return Settings(
        socket=given.socket or given.data / "sfu" / "control.sock",
        data=given.data,
        port=given.port,
        bind=tuple(given.bind),
        public=tuple(offered),
    )


def open_endpoints(settings: Settings) -> list[Endpoint]:
    """One socket per address to bind, all on one port; without IPv6 in the kernel, only IPv4."""
    wanted = [str(address) for address in settings.bind] or ["0.0.0.0", "::"]  # noqa: S104  the port is for everyone
    endpoints: list[Endpoint] = []
    port = settings.port
    for address in wanted:
        try:
            endpoints.append(Endpoint(address, port))
        except OSError:
            if settings.bind or not endpoints:
                raise
            log.info("no IPv6 here")
            continue
        port = endpoints[0].port
    return endpoints


async def _serve(settings: Settings) -> None:
    endpoints = open_endpoints(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await Worker(settings, endpoints).run(stop)


def main() -> int:
    """The process's exit code: 2 if it could not start."""
    settings = read_settings(sys.argv[1:])
    try:
        uvloop.run(_serve(settings))
    except (PortTaken, SocketTaken) as error:
        sys.stderr.write(f"hearth-sfu: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"hearth-sfu: cannot start: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
