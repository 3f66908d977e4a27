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
# As the package installs them, and nothing of the host's own beside.
mkdir -p /run/share/{new,work}
mount -t overlay -o lowerdir=/usr/share,upperdir=/run/share/new,workdir=/run/share/work lab /usr/share
install -D -m 644 "$box/firewall.nft" /usr/share/hearth/portal.nft
dispatcher=/usr/lib/NetworkManager/dispatcher.d
mount -t tmpfs lab $dispatcher && mkdir $dispatcher/pre-up.d
install -m 755 "$box/setup-network" $dispatcher/50-hearth-setup
ln -s ../50-hearth-setup $dispatcher/pre-up.d/50-hearth-setup
cat >/etc/NetworkManager/NetworkManager.conf <<END
[main]
plugins=keyfile
auth-polkit=true
no-auto-default=*
dhcp=internal
END
ip link set lo up
ip netns add phone && ip netns add home
ip link add hearth-ap type veth peer name phone0 netns phone
ip link add hearth-sta type veth peer name home0 netns home
ip netns exec phone sh -c 'ip link set lo up; ip link set phone0 up; ip addr add 10.42.0.77/24 dev phone0; ip route add default via 10.42.0.1'
ip netns exec home sh -c 'ip link set lo up; ip link set home0 up; ip addr add 192.168.77.1/24 dev home0'
# A second way to the bus, for users who may not enter the test's folder.
sed "s|<listen>.*</listen>|<listen>unix:path=$folder/bus</listen><listen>unix:path=/run/bus</listen>|" "$here/bus.conf" >/run/bus.conf
dbus-daemon --config-file=/run/bus.conf --nopidfile --nofork &
for _ in $(seq 100); do [ -S "$folder/bus" ] && break; sleep 0.05; done
export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$folder/bus"
# Our rule alone decides for a user who is not root; the user exists in this namespace only.
rules="$here/../../../systemd/polkit-1/rules.d/50-hearth-portal.rules"
mkdir -p /etc/polkit-1/rules.d && mount -t tmpfs lab /etc/polkit-1/rules.d && cp "$rules" /etc/polkit-1/rules.d/
for file in passwd group; do cp /etc/$file /run/$file && mount --bind /run/$file /etc/$file; done
echo "hearth:x:64123:64123::/:/bin/false" >>/etc/passwd && echo "hearth:x:64123:" >>/etc/group
chmod 755 /run && chmod 666 /run/bus
# polkitd watches these, whether logind is there or not.
mkdir -p /run/systemd/{sessions,seats,users,machines}
DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus /usr/lib/polkit-1/polkitd &
owned() {
	dbus-send --bus=unix:path=/run/bus --print-reply --dest=org.freedesktop.DBus / \
		org.freedesktop.DBus.NameHasOwner string:org.freedesktop.PolicyKit1 2>/dev/null | grep -q true
}
for _ in $(seq 100); do ! owned || break; sleep 0.05; done
for program in /usr/libexec/nm-dispatcher /usr/lib/NetworkManager/nm-dispatcher; do
	[ ! -x $program ] || $program --persist &
done
exec NetworkManager --no-daemon --pid-file=/run/lab.pid
