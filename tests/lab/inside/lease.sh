#!/bin/sh
# What udhcpc does with a lease: the phone's address, way and names; and it says so, for the test to read.
: "${interface:?}" "${ip:=}" "${mask:=}" "${router:=}" "${dns:=}"
case $1 in
deconfig) ip addr flush dev "$interface" ;;
bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/$mask" dev "$interface"
    if [ "$router" ]; then ip route replace default via "${router%% *}"; fi
    # Written in place: it is mounted over the phone's.
    for one in $dns; do echo "nameserver $one"; done >/etc/resolv.conf
    echo "{\"ip\": \"$ip\", \"router\": \"$router\", \"dns\": \"$dns\", \"captive\": \"${opt114:-}\"}"
    ;;
esac
