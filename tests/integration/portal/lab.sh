#!/bin/bash
# A real NetworkManager on a bus of its own, in network and mount namespaces of its own: `lab.sh FOLDER`.
# Four cables, because there may be no radios: hearth-ap–phone0, hearth-sta–home0.
set -eu
folder=$1 here=$(cd "$(dirname "$0")" && pwd) box="$(cd "$(dirname "$0")/../../../appliance/portal/box" && pwd)"
mount --make-rprivate /
# A writable /sys would have NetworkManager wait for udev, which looks after no device of this namespace.
mount -t sysfs -o ro sysfs /sys
for place in /etc/NetworkManager /var/lib/NetworkManager /run; do mkdir -p $place && mount -t tmpfs lab $place; done
mkdir -p /etc/NetworkManager/{system-connections,dnsmasq-shared.d,conf.d} /run/NetworkManager /run/netns
cp "$box/dnsmasq.conf" /etc/NetworkManager/dnsmasq-shared.d/hearth-portal.conf
cat >/etc/NetworkManager/NetworkManager.conf <<END
[main]
plugins=keyfile
auth-polkit=false
no-auto-default=*
dhcp=internal
END
ip link set lo up
ip netns add phone && ip netns add home
ip link add hearth-ap type veth peer name phone0 netns phone
ip link add hearth-sta type veth peer name home0 netns home
ip netns exec phone sh -c 'ip link set lo up; ip link set phone0 up; ip addr add 10.42.0.77/24 dev phone0; ip route add default via 10.42.0.1'
ip netns exec home sh -c 'ip link set lo up; ip link set home0 up; ip addr add 192.168.77.1/24 dev home0'
dbus-daemon --config-file="$here/bus.conf" --address="unix:path=$folder/bus" --nopidfile --nofork &
for _ in $(seq 100); do [ -S "$folder/bus" ] && break; sleep 0.05; done
export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$folder/bus"
exec NetworkManager --no-daemon --pid-file=/run/lab.pid
