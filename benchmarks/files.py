"""What it costs to move files, beside Debian's nginx, and what a conversation feels of it: `python -m benchmarks.files`.

Both speak TLS 1.3 with AES-128, on loopback, to the same curl; nginx has one worker and stores uploads as `dav_methods PUT`
does: without a hash, without fsync. Ours hashes, and has everything on the disk before it answers. CPU time is that of each
server's whole process tree. The conversation is 25 messages a second to fifty people over TLS; its p99 is wall time, the best
of some windows on both sides, because others on the machine only ever make it worse. Memory is the peak of the whole process.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, override

import uvloop

from benchmarks import results_file
from benchmarks.chat import cpu_seconds
from benchmarks.chat_client import Heard
from benchmarks.chat_hearth import Hearth
from benchmarks.chat_peers import free_port, listening

PEOPLE = 50
PER_SECOND = 25
_MB = 1_000_000
_NGINX = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    sendfile on;
    client_body_temp_path {folder}/incoming;
    proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    client_max_body_size 0;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {chain};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.3;
        location /files/ {{ alias {files}/; dav_methods PUT; }}
    }}
}}
"""


class FileHearth(Hearth):
    """Ours, with a folder of files."""

    def __init__(self, folder: Path, files: Path) -> None:
        super().__init__(folder, PEOPLE, tls=True)
        self.files = files

    @override
    async def run(self, *command: str, **environment: str) -> None:
        await super().run(
            self.python, "-m", "benchmarks.file_server", str(self.data), str(self.port), str(self.files)
        )


@asynccontextmanager
async def _nginx(folder: Path, certificate: Path, files: Path) -> AsyncGenerator[tuple[int, int]]:
    """Debian's nginx with our certificate; its process and its port."""
    port = free_port()
    user = "user root;" if os.geteuid() == 0 else ""
    chain, key = certificate / "box.pem", certificate / "box.pem"
    (folder / "nginx.conf").write_text(
        _NGINX.format(folder=folder, user=user, port=port, chain=chain, key=key, files=files)
    )
    process = await asyncio.create_subprocess_exec(
        "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")
    )
    try:
        await listening(port)
        yield process.pid, port
    finally:
        process.terminate()
        await process.wait()


async def _curl(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "curl", "-ksSf", "--tls13-ciphers", "TLS_AES_128_GCM_SHA256", "-o", "/dev/null", *arguments
    )
    if await process.wait():
        raise RuntimeError(f"curl failed: {arguments}")


async def _cost(pid: int, megabytes: float, *curls: Sequence[str]) -> float:
    """Milliseconds of the server's CPU for each megabyte."""
    before = cpu_seconds(pid)
    await asyncio.gather(*(_curl(*one) for one in curls))
    return (cpu_seconds(pid) - before) / megabytes * 1000


def _patch(port: int, file: Path, name: str) -> list[str]:
    size = file.stat().st_size
    headers = ["Tus-Resumable: 1.0.0", "Upload-Offset: 0", "Content-Type: application/offset+octet-stream"]
    named = [part for header in headers for part in ("-H", header)]
    return ["-X", "PATCH", "-T", str(file), *named, f"https://127.0.0.1:{port}/files/uploads/{name}-{size}"]


async def _conversation(hearth: Hearth, first: int, windows: int) -> float:
    """The best p99 of some windows of two seconds, in milliseconds."""
    best = float("inf")
    for window in range(windows):
        for receiver in hearth.receivers:
            receiver.heard.clear()
        sent: dict[int, float] = {}
        loop = asyncio.get_running_loop()
        began = loop.time()
        numbers = range(first + window * 50, first + (window + 1) * 50)
        for index, number in enumerate(numbers):
            await asyncio.sleep(began + index / PER_SECOND - loop.time())
            sent[number] = loop.time()
            await hearth.say(number, number % PEOPLE)
        await asyncio.sleep(0.3)
        heard = Heard()
        heard.add(hearth.receivers, sent, None)
        if not heard.lost:
            best = min(best, heard.percentile(0.99))
    return best


def _status_bytes(pid: int, key: str) -> int:
    """A figure of the process that the kernel keeps (proc_pid_status(5))."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith(f"{key}:"))


def _reset_peak(pid: int) -> None:
    """Have the peak begin anew (proc_pid_clear_refs(5))."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


async def _measure(folder: Path, megabytes: int, large: int, windows: int) -> dict[str, Any]:
    files = folder / "files"
    (files / "uploads").mkdir(parents=True)
    content = files / "content"
    content.write_bytes(os.urandom(_MB) * megabytes)
    hearth = FileHearth(folder, files)
    await hearth.start()
    try:
        assert hearth.process is not None
        pid, port = hearth.process.pid, hearth.port
        # First: nobody's heart beats here, and whoever is silent for a minute is sent away.
        ours = [f"https://127.0.0.1:{port}/files/content"]
        got = await _conversations(hearth, ours, windows)
        async with _nginx(folder, hearth.data / "tls", files) as (peer, peer_port):
            theirs = [f"https://127.0.0.1:{peer_port}/files/content"]
            put = ["-T", str(content), f"https://127.0.0.1:{peer_port}/files/uploads/put"]
            await _cost(pid, 1, ours)
            await _cost(peer, 1, theirs)
            got |= {
                "download_ms_per_mb": await _cost(pid, 4 * megabytes, *[ours] * 4),
                "download_ms_per_mb_nginx": await _cost(peer, 4 * megabytes, *[theirs] * 4),
                "upload_ms_per_mb": await _cost(pid, megabytes, _patch(port, content, "an-upload-of-ours")),
                "upload_ms_per_mb_nginx": await _cost(peer, megabytes, put),
            }
        if large:
            got["memory_grows_mb"] = await _memory(pid, port, files, large) / _MB
    finally:
        await hearth.stop()
    return got


async def _conversations(hearth: FileHearth, target: list[str], windows: int) -> dict[str, Any]:
    """How long a message takes while nothing else happens, and during four downloads."""
    await _conversation(hearth, 0, 1)
    idle = await _conversation(hearth, 1000, windows)
    downloads = [asyncio.create_task(_download_on(target)) for _ in range(4)]
    await asyncio.sleep(0.5)
    busy = await _conversation(hearth, 2000, windows)
    for task in downloads:
        task.cancel()
    await asyncio.wait(downloads)
    return {"p99_ms_idle": idle, "p99_ms_during_downloads": busy}


async def _download_on(target: list[str]) -> None:
    """Download again and again, until cancelled."""
    while True:
        process = await asyncio.create_subprocess_exec("curl", "-ksS", "-o", "/dev/null", *target)
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()


async def _memory(pid: int, port: int, files: Path, megabytes: int) -> int:
    """By how much the server's peak is above what it had when a large file began to come and go."""
    large = files / "large"
    with large.open("wb") as file:
        file.truncate(megabytes * _MB)
    _reset_peak(pid)
    before = _status_bytes(pid, "VmHWM")
    await _curl(*_patch(port, large, "a-very-large-upload"))
    await _curl(f"https://127.0.0.1:{port}/files/large")
    return _status_bytes(pid, "VmHWM") - before


def _table(rounds: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{name:32}" + "".join(f"{one[name]:10.2f}" for one in rounds if name in one) for name in rounds[0]
    )


def _ratios(rounds: list[dict[str, Any]]) -> dict[str, float]:
    def over(ours: str, theirs: str) -> float:
        each: list[float] = [one[ours] / one[theirs] for one in rounds]
        return round(statistics.median(each), 3)

    ratios = {
        "download_cpu_per_mb_vs_nginx": over("download_ms_per_mb", "download_ms_per_mb_nginx"),
        "upload_cpu_per_mb_vs_nginx_dav": over("upload_ms_per_mb", "upload_ms_per_mb_nginx"),
        "chat_p99_during_downloads": over("p99_ms_during_downloads", "p99_ms_idle"),
    }
    if "memory_grows_mb" in rounds[0]:
        ratios["memory_grows_mb"] = round(rounds[0]["memory_grows_mb"], 1)
    return ratios


async def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.files")
    parser.add_argument("--megabytes", type=int, default=256, help="of the file that is measured")
    parser.add_argument("--large", type=int, default=4000, help="megabytes of the file for memory; 0: none")
    parser.add_argument("--windows", type=int, default=5, help="of two seconds, of which the best counts")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rounds: list[dict[str, Any]] = []
    for number in range(options.rounds):
        # On a disk: /tmp may be memory.
        with tempfile.TemporaryDirectory(prefix="hearth-bench-", dir="/var/tmp") as folder:
            print(f"round {number + 1} …", file=sys.stderr)
            large = 0 if number else options.large
            rounds.append(await _measure(Path(folder), options.megabytes, large, options.windows))
    print(_table(rounds))
    ratios = _ratios(rounds)
    for name, ratio in ratios.items():
        print(f"{name:44}{ratio:>8}")
    print(results_file.write("files", {"rounds": rounds}, ratios))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1:]))
