"""What the kernel knows of a TCP connection."""

import socket
import struct

# tcp_info of <linux/tcp.h>: tcpi_bytes_acked, since Linux 4.1.
_ACKED = struct.Struct("120xQ")


def acked(connection: socket.socket) -> int:
    """How many bytes the other side's kernel has taken, ever."""
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED.size)
    except OSError:
        return 0
    return int(_ACKED.unpack(info)[0]) if len(info) == _ACKED.size else 0
