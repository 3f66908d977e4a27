"""What a disk would hold after the power went at any moment of something that really ran.

strace writes down every file operation of a process. The disk is then made anew from the first so many of them: what was put on it by
fsync is there, and of everything after that each write, name and length may be there or not, in any order, as POSIX allows and file
systems do. What this does not show: sectors that were torn in the middle, and disks that lie about fsync.
"""

import random
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_CALLS = (
    "openat,close,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,lseek,dup,dup2,dup3,fcntl"
)
LUCK = (0.0, 1.0, 0.5, 0.5)
"""How much of what is not safe reaches the disk: nothing, everything (as when only the process dies), or this or that."""
_LINE = re.compile(r"^(\d+) +(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(?:\.\.\.)?')


def tracing(log: Path) -> list[str]:
    """What to put in front of a command so that its file operations are written to `log`."""
    return [
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-xx",
        "-s",
        "4194304",
        "-e",
        f"trace={_CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(log),
    ]


def traced(command: Sequence[str], log: Path) -> None:
    """Run a command to its end and write its file operations down."""
    subprocess.run([*tracing(log), *command], check=True, capture_output=True)


class Call(NamedTuple):
    """One that succeeded: its name, its arguments with text as bytes in `texts`, and its result."""

    name: str
    arguments: str
    texts: list[bytes]
    result: int


def calls(log: Path) -> Iterator[Call]:
    """The calls in the order in which they returned."""
    begun: dict[str, str] = {}
    for line in log.read_text(encoding="ascii").splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        pid, rest = found.groups()
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
            continue
        if rest.startswith("<... "):
            rest = begun.pop(pid, "") + rest.partition(" resumed>")[2]
        call = _CALL.match(rest)
        if call and int(call[3]) >= 0:
            texts = [bytes.fromhex(text.replace("\\x", "")) for text in _TEXT.findall(call[2])]
            yield Call(call[1], _TEXT.sub('""', call[2]), texts, int(call[3]))


class _File:
    """Its content on the disk, and what was written to it since."""

    def __init__(self, content: bytes = b"") -> None:
        self.safe = content
        self.pending: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        self.safe = self.after(self.pending)
        self.pending = []

    def after(self, changes: Sequence[tuple[int, bytes | None]]) -> bytes:
        """The content after these changes: bytes at a place, or None for a new length."""
        content = bytearray(self.safe)
        for offset, data in changes:
            if data is None:
                content = content[:offset] + bytes(max(0, offset - len(content)))
            else:
                content += bytes(max(0, offset - len(content)))
                content[offset : offset + len(data)] = data
        return bytes(content)


type _Names = dict[str, "_File | None"]
"""Every path below the folder; None for a folder."""


class _Open:
    """An open file or folder: where it is, and where the next write goes."""

    def __init__(self, path: str, file: _File | None) -> None:
        self.path, self.file, self.offset = path, file, 0


class Disk:
    """A folder from the inside. Names are on the disk once their folder was synced."""

    def __init__(self, folder: Path) -> None:
        self._root = str(folder)
        found = [file for file in folder.rglob("*") if file.is_dir() or file.is_file()]
        self._safe: _Names = {str(one): None if one.is_dir() else _File(one.read_bytes()) for one in found}
        self._names = dict(self._safe)
        # Since the folder was synced: for each change of names, the entries that it makes (a file, None for a folder) or deletes.
        self._pending: list[dict[str, _File | str | None]] = []
        self._open: dict[int, _Open] = {}

    def replay(self, call: Call) -> bool:
        """Do what was done; whether it changed anything here that a power cut could take back."""
        deed = getattr(self, f"_on_{_ALIASES.get(call.name, call.name)}", None)
        return bool(deed(call)) if deed else False

    def _is_ours(self, path: str) -> bool:
        return path.startswith(self._root + "/")

    def _change(self, **entries: "_File | str | None") -> None:
        self._pending.append(entries)
        self._apply(self._names, entries)

    @staticmethod
    def _apply(names: _Names, entries: "dict[str, _File | str | None]") -> None:
        for path, entry in entries.items():
            if isinstance(entry, str):
                names.pop(path, None)
            else:
                names[path] = entry

    def _on_openat(self, call: Call) -> bool:
        path = call.texts[0].decode()
        self._open.pop(call.result, None)
        if path == self._root or (self._is_ours(path) and self._names.get(path, b"") is None):
            self._open[call.result] = _Open(path, None)
            return False
        if not self._is_ours(path):
            return False
        new = path not in self._names
        if new:
            if "O_CREAT" not in call.arguments:
                return False
            self._change(**{path: _File()})
        file = self._names[path]
        assert file is not None
        self._open[call.result] = _Open(path, file)
        if "O_TRUNC" in call.arguments and not new:
            file.pending.append((0, None))
            return True
        return new

    def _of(self, call: Call) -> _Open | None:
        return self._open.get(int(call.arguments.split(",")[0]))

    def _on_close(self, call: Call) -> bool:
        self._open.pop(int(call.arguments), None)
        return False

    def _on_dup(self, call: Call) -> bool:
        if (found := self._of(call)) and ("F_DUPFD" in call.arguments or call.name != "fcntl"):
            self._open[call.result] = found
        return False

    def _on_lseek(self, call: Call) -> bool:
        if found := self._of(call):
            found.offset = call.result
        return False

    def _on_write(self, call: Call) -> bool:
        found = self._of(call)
        if found is None or found.file is None:
            return False
        found.file.pending.append((found.offset, call.texts[0][: call.result]))
        found.offset += call.result
        return True

    def _on_pwrite64(self, call: Call) -> bool:
        found = self._of(call)
        if found is None or found.file is None:
            return False
        found.file.pending.append((int(call.arguments.rsplit(",", 1)[1]), call.texts[0][: call.result]))
        return True

    def _on_ftruncate(self, call: Call) -> bool:
        found = self._of(call)
        if found is None or found.file is None:
            return False
        found.file.pending.append((int(call.arguments.rsplit(",", 1)[1]), None))
        return True

    def _on_fsync(self, call: Call) -> bool:
        found = self._of(call)
        if found is None:
            return False
        if found.file is not None:
            found.file.sync()
            return True
        rest: list[dict[str, _File | str | None]] = []
        for entries in self._pending:
            if all(path.rpartition("/")[0] == found.path for path in entries):
                self._apply(self._safe, entries)
            else:
                rest.append(entries)
        self._pending = rest
        return True

    def _on_rename(self, call: Call) -> bool:
        source, target = (text.decode() for text in call.texts)
        if not self._is_ours(source):
            return False
        moved: dict[str, _File | str | None] = {}
        for path, file in self._names.items():
            if path == source or path.startswith(source + "/"):
                moved |= {path: "gone", target + path[len(source) :]: file}
        self._change(**moved)
        return bool(moved)

    def _on_unlink(self, call: Call) -> bool:
        path = call.texts[0].decode()
        if path not in self._names:
            return False
        self._change(**{path: "gone"})
        return True

    def _on_mkdir(self, call: Call) -> bool:
        path = call.texts[0].decode()
        if not self._is_ours(path):
            return False
        self._change(**{path: None})
        return True

    # After the cut

    def leave(self, folder: Path, thrown: random.Random) -> None:
        """Fill a folder with what is left: all that is safe, and of the rest nothing, everything, or what the dice say."""
        luck = thrown.choice(LUCK)
        names = dict(self._safe)
        for entries in self._pending:
            if thrown.random() < luck:
                self._apply(names, entries)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        for path, file in sorted(names.items()):
            target = folder / path[len(self._root) + 1 :]
            # A file whose folder the disk has lost is lost with it.
            if not target.parent.is_dir():
                continue
            if file is None:
                target.mkdir(mode=0o700, exist_ok=True)
            else:
                target.write_bytes(_content(file, luck, thrown))


def _content(file: _File, luck: float, thrown: random.Random) -> bytes:
    kept = [change for change in file.pending if thrown.random() < luck]
    content = file.after(kept)
    # A length may reach the disk before what fills it: the rest is zeros then.
    longest = len(file.after(file.pending))
    return (
        content + bytes(longest - len(content))
        if 0 < luck < 1 and thrown.random() < 0.3 and longest > len(content)
        else content
    )


_ALIASES = {
    "fdatasync": "fsync", "renameat": "rename", "renameat2": "rename", "unlinkat": "unlink", "rmdir": "unlink", "mkdirat": "mkdir",
    "dup2": "dup", "dup3": "dup", "fcntl": "dup",
}  # fmt: skip


def dice(seed: int) -> random.Random:
    """What decides over everything that no fsync has put on the disk; thrown again with the same seed they fall the same way."""
    return random.Random(seed)  # noqa: S311  nothing secret


def cuts(folder: Path, log: Path) -> list[Call]:
    """The calls after which a cut makes a difference; `folder` is as it was before them."""
    disk = Disk(folder)
    return [call for call in calls(log) if disk.replay(call)]


def after(folder: Path, log: Path, number: int, target: Path, thrown: random.Random) -> None:
    """Cut the power after the `number`-th of the operations that make a difference, and leave in `target` what the disk holds."""
    disk = Disk(folder)
    done = 0
    for call in calls(log):
        if done >= number:
            break
        done += disk.replay(call)
    disk.leave(target, thrown)
