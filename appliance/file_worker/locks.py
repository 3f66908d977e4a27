"""What the worker takes from itself before it reads a foreign byte: the network, files, programs, memory, time.

systemd does much of it from outside (hearth-files@.service); under `./just run` there is no systemd, so each lock is tried
here as well, and what this kernel does not have is one line in the log. Standard library and `ctypes` alone: the packages
for Landlock and seccomp are young or left.

What a newcomer would get wrong: the order. A user namespace can be made only while there is one thread, and libraries for
video start threads when they are imported.

Specs: landlock(7), seccomp(2), user_namespaces(7), https://docs.kernel.org/userspace-api/landlock.html.
"""

import ctypes
import errno
import logging
import os
import platform
import resource
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

# A 48-megapixel PNG takes 203 MB, 1080p to 720p 250 MB (docs/adr/0020); the libraries' code counts too.
ADDRESS_SPACE_BYTES = 600 << 20
_FILES_OPEN = 64

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2

# The numbers of Landlock's calls are the same on every processor (linux/include/uapi/asm-generic/unistd.h).
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION = 1
_RULE_PATH_BENEATH = 1
_READ_FILE, _WRITE_FILE, _READ_DIR, _IOCTL_DEV = 1 << 2, 1 << 1, 1 << 3, 1 << 15
# What each version of Landlock knows of files: 13 rights, then refer, truncate and ioctl.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_ALL_RIGHTS = 16
_BIND_AND_CONNECT, _SIGNALS_AND_ABSTRACT_SOCKETS = 3, 3

# seccomp(2): the answer EPERM, and what is allowed.
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
# An x86-64 kernel also answers to the numbers of x32, which begin here.
_X32 = 0x40000000

# AUDIT_ARCH of the processor, and the numbers of what is refused: sockets, programs, other processes, mounts, namespaces,
# keys, modules, tracing, io_uring. Between the two lists nothing but the numbers differs.
REFUSED: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (0xC000003E, {
        "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "fork": 57, "vfork": 58,
        "execve": 59, "kill": 62, "ptrace": 101, "chroot": 161, "mount": 165, "umount2": 166, "pivot_root": 155,
        "init_module": 175, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272, "accept4": 288,
        "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "finit_module": 313, "bpf": 321, "execveat": 322, "userfaultfd": 323,
        "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "pidfd_open": 434, "pidfd_getfd": 438,
    }),
    "aarch64": (0xC00000B7, {
        "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "socketpair": 199,
        "execve": 221, "kill": 129, "ptrace": 117, "chroot": 51, "mount": 40, "umount2": 39, "pivot_root": 41,
        "init_module": 105, "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "accept4": 242,
        "perf_event_open": 241, "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "finit_module": 273, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "pidfd_open": 434, "pidfd_getfd": 438,
    }),
}  # fmt: skip


class NotHere(Exception):
    """The lock is not to be had on this machine."""


def apply(devices: Iterable[Path] = (), *, network_is_shut: bool = False) -> tuple[str, ...]:
    """Shut everything that can be shut; the names of the locks that this kernel does not have.

    `devices`: the video encoders that a conversion may use. `network_is_shut`: systemd has done that.
    """
    _limit()
    locks: dict[str, Callable[[], None]] = {
        "network namespace": lambda: None if network_is_shut else _leave_the_network(),
        "Landlock": lambda: _shut_files(tuple(devices)),
        "seccomp": _refuse_calls,
    }
    missing: list[str] = []
    for name, lock in locks.items():
        try:
            lock()
        except (OSError, NotHere) as error:
            missing.append(name)
            log.warning("without %s: %s", name, error)
    return tuple(missing)


def allow_processor_seconds(seconds: int) -> None:
    """From now on the process may use so much of a processor, then the kernel ends it (SIGXCPU)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + seconds)


def allow_file_bytes(number: int) -> None:
    """From now on no file grows beyond this: `OSError` (EFBIG) where one would."""
    _set(resource.RLIMIT_FSIZE, number)


def _set(limit: int, value: int) -> None:
    """Set what can be raised again for the next job; the hard limit stays as it is."""
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _limit() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _FILES_OPEN),
    ):
        hard = resource.getrlimit(limit)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (value, value))
    with suppress(OSError):
        os.nice(19)
    # The first to go when the board's memory is short; systemd has done it where we may not.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def _leave_the_network() -> None:
    os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)


def _readable() -> list[str]:
    """Where Python, its libraries and ours are: all are loaded when they are first needed."""
    ours = str(Path(__file__).parents[2])
    return [sys.prefix, sys.base_prefix, ours, "/usr/lib", "/lib", "/lib64", "/etc/ld.so.cache"]


def _shut_files(devices: tuple[Path, ...]) -> None:
    libc = _libc()
    _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    version = _checked(libc.syscall(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION))
    handled = (1 << _RIGHTS.get(version, _ALL_RIGHTS)) - 1
    shape = struct.pack(
        "QQQ",
        handled,
        _BIND_AND_CONNECT if version >= 4 else 0,
        _SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _checked(libc.syscall(_LANDLOCK_CREATE, shape, size, 0))
    rules = [(path, _READ_FILE | _READ_DIR) for path in _readable()]
    if devices:
        # FFmpeg looks for its encoder in this folder.
        rules += [("/dev", _READ_DIR), ("/sys/class/video4linux", _READ_FILE | _READ_DIR)]
        rules += [(str(path), _READ_FILE | _WRITE_FILE | _IOCTL_DEV) for path in devices]
    try:
        for path, rights in rules:
            _open_up(libc, ruleset, path, rights & handled)
        _checked(libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0))
    finally:
        os.close(ruleset)


def _open_up(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, descriptor)
        _checked(libc.syscall(_LANDLOCK_ADD, ruleset, _RULE_PATH_BENEATH, rule, 0))
    finally:
        os.close(descriptor)


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def program(machine: str) -> bytes:
    """The filter of system calls for a processor, in BPF; `NotHere` for one whose numbers we do not know."""
    if machine not in REFUSED:
        raise NotHere(f"no list for {machine}")
    architecture, refused = REFUSED[machine]
    numbers = sorted(refused.values())
    # Jumps are counted from the next instruction; the last two are "allow" and "refuse".
    checks = [(_JUMP_IF_ABOVE, _X32), *((_JUMP_IF_EQUAL, number) for number in numbers)]
    instructions = [
        (_LOAD, 0, 0, 4),
        (_JUMP_IF_EQUAL, 0, len(checks) + 2, architecture),
        (_LOAD, 0, 0, 0),
        *((kind, len(checks) - at, 0, value) for at, (kind, value) in enumerate(checks)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)


def _refuse_calls() -> None:
    libc = _libc()
    code = ctypes.create_string_buffer(program(platform.machine()))
    filter_ = _Program((len(code) - 1) // 8, ctypes.addressof(code))
    _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _checked(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0))
