"""Rigs that start the image in QEMU or systemd-nspawn, set it up as a person would, and do it harm."""
