#!/bin/sh
# Builds hearth_VERSION_ARCH.deb: `build.sh [amd64|arm64] [FOLDER] [quick]`, by default into dist. The same commit gives the same
# bytes. Most of the time is xz's; what is only tried on this machine is packed quickly, and is twice as large.
#
# Debian trixie's own python3.13 runs it, from a folder that looks to Python like a virtual environment. Nothing of Debian's
# Python packages is visible in there but `systemd`, by one link: with --system-site-packages, a library that an
# administrator installs could stand in for one that we were tested with.
set -eu
arch=${1:-amd64}
case $arch in
    amd64) platform=x86_64-manylinux_2_40 triplet=x86_64-linux-gnu ;;
    arm64) platform=aarch64-manylinux_2_40 triplet=aarch64-linux-gnu ;;
    *) echo "amd64 or arm64, not $arch" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/../.."
folder=${2:-dist}
case ${3:-} in
    quick) packing='-Zgzip -z1' ;;
    *) packing='-Zxz -z6 --threads-max=2' ;;
esac
version=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' appliance/version.py)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 0755 "$root"
home=$root/opt/hearth
site=$home/lib/python3.13/site-packages
mkdir -p "$site" "$home/bin" "$root/DEBIAN"

# Without what libraries ask for that only their commands, their tests or their examples use (tests/integration/test_left_out.py).
awk 'NR == FNR { out[$1]; next }
    /^[a-z]/ { split($1, part, "=="); skip = part[1] in out; if (skip) delete out[part[1]] } !skip
    END { for (name in out) { print name " is not in requirements.lock" >"/dev/stderr"; exit 1 } }' \
    image/deb/left-out.txt requirements.lock >"$root/requirements"
uv pip install --quiet --python .venv/bin/python --target "$site" --python-platform "$platform" --python-version 3.13 \
    --only-binary :all: --require-hashes --no-deps --link-mode copy -r "$root/requirements"
rm "$root/requirements"
# Commands of libraries, which name the Python that built this, and RECORD, which has their sums; and what a machine notes
# of its own installing.
rm -rf "${site:?}/bin" "$site/.lock"
find "$site" -path '*.dist-info/*' \( -name RECORD -o -name INSTALLER -o -name REQUESTED -o -name direct_url.json -o -name uv_cache.json \) -delete
cp -R appliance hardware "$site"
find "$site" -name __pycache__ -prune -exec rm -rf {} +
ln -s /usr/lib/python3/dist-packages/systemd "$site/systemd"
ln -s /usr/bin/python3.13 "$home/bin/python"
printf 'home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13\n' >"$home/pyvenv.cfg"
# Compiled here, for a board would take minutes; by hash, for a date would differ with every build. One file after another: what
# a process compiled before shows in what it writes.
PYTHONHASHSEED=0 .venv/bin/python -m compileall -q -j 1 --invalidation-mode unchecked-hash -s "$root" -p / "$site"
cp -R webui/dist "$home/webui"
rm -f "$home/webui/.built-from"

install -D -m 755 image/deb/hearth "$root/usr/bin/hearth"
install -D -m 644 image/deb/hearth.toml "$root/etc/hearth/hearth.toml"
mkdir -p "$root/usr/lib/systemd" "$root/usr/share/doc/hearth/screens" "$root/usr/share/lintian/overrides" "$root/usr/share/man/man8"
cp -R systemd/system "$root/usr/lib/systemd/system"
cp -R systemd/sysusers.d systemd/tmpfiles.d "$root/usr/lib"
cp -R systemd/polkit-1 "$root/usr/share"
# Not where NetworkManager looks for it: every name would lead to the portal on any network that this Debian shares. The
# image, which shares none but the portal's, links it there.
install -D -m 644 appliance/portal/box/dnsmasq.conf "$root/usr/share/hearth/portal-dnsmasq.conf"
install -D -m 644 appliance/portal/box/firewall.nft "$root/usr/share/hearth/portal.nft"
# It does something only for a network of the portal's name, so it may lie where NetworkManager looks.
dispatcher=$root/usr/lib/NetworkManager/dispatcher.d
install -D -m 755 appliance/portal/box/setup-network "$dispatcher/50-hearth-setup"
mkdir -p "$dispatcher/pre-up.d"
ln -s ../50-hearth-setup "$dispatcher/pre-up.d/50-hearth-setup"
cp docs/settings.md docs/operators.md docs/setup.md image/deb/copyright "$root/usr/share/doc/hearth"
cp docs/screens/setup-*.png "$root/usr/share/doc/hearth/screens"
cp image/deb/lintian-overrides "$root/usr/share/lintian/overrides/hearth"
printf 'hearth (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- The Hearth founders <founders@hearth.invalid>  %s\n' \
    "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root/usr/share/doc/hearth/changelog.gz"
gzip -9n <image/deb/hearth.8 >"$root/usr/share/man/man8/hearth.8.gz"
gzip -9n <CHANGELOG.md >"$root/usr/share/doc/hearth/CHANGELOG.md.gz"
find "$root" -type d -exec chmod 0755 {} +
find "$root" -type f ! -path "$root/usr/bin/*" ! -path "$dispatcher/*" -exec chmod 0644 {} +

# The portal is switched on by the image alone: a Debian that somebody has set up has a network already.
units=$(cd systemd/system && for unit in *.target *.socket *.service; do
    case "$unit" in hearth-portal.service | *@.service) ;; *) printf '%s ' "$unit" ;; esac
done)
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
fill() { sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" -e "s/@UNITS@/${units% }/" "$1"; }
fill image/deb/control >"$root/DEBIAN/control"
cp image/deb/templates "$root/DEBIAN/templates"
echo /etc/hearth/hearth.toml >"$root/DEBIAN/conffiles"
for script in image/deb/maintainer/*; do
    fill "$script" >"$root/DEBIAN/${script##*/}"
    chmod 0755 "$root/DEBIAN/${script##*/}"
done
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
# A wheel of another processor, or none, would be found out only where it is installed.
strange=$(find "$site" -name '*.cpython-*.so' ! -name "*-$triplet.so")
[ -z "$strange" ] || { echo "Not for $arch: $strange" >&2; exit 1; }

mkdir -p "$folder"
# shellcheck disable=SC2086  # several options
dpkg-deb --build --root-owner-group $packing "$root" "$folder/hearth_${version}_$arch.deb"
