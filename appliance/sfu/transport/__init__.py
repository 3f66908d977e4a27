"""Sockets, ICE and DTLS: the only part of the SFU that does I/O."""
