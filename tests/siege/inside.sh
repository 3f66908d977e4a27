#!/bin/sh
# Runs a command in a network of its own that is nothing but loopback: 127.0.0.0/8, and an IPv6 prefix for each of two houses.
set -eu
[ "$(id -u)" = 0 ] || { echo "The siege limits memory and makes a network: run it as root." >&2; exit 2; }
exec unshare --net sh -euc '
    ip link set lo up
    ip -6 route add local fd00:a::/64 dev lo
    ip -6 route add local fd00:b::/64 dev lo
    echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind
    exec "$@"
' inside "$@"
