# Hearth's commands; `./just` alone lists them. CI calls only these.
set shell := ["sh", "-euc"]
export PATH := justfile_directory() / ".venv/bin:" + env("PATH")
python_code := "appliance hardware image tests benchmarks"

# List the commands
default:
    @just --list --unsorted

# Start Hearth: installs what is missing, builds the screens, prints the address and the setup link
[no-exit-message]
run: build
    @exec python -m appliance run

# Every test: unit, integration, fuzz, the web client's, bot libraries, real browsers
test: test-python test-screens test-compat test-browsers

# Format, lint, types, import contracts, retired words, file sizes, contrast
check: check-python check-screens check-shell

# What CI runs
ci: check types-in-step test test-siege test-box

# Generate the web client's types from the API and the events
types: setup screens-setup
    python -m appliance.schema webui/src/api/openapi.json
    python -m appliance.form_rules webui/src/api/form-rules.ts
    python -m appliance.client_constants webui/src/api/constants.ts
    python -m appliance.error_keys webui/src/api/error-keys.ts
    cd webui && npx --no-install prettier --log-level warn --write src/api/form-rules.ts src/api/constants.ts src/api/error-keys.ts
    cd webui && npx --no-install openapi-typescript src/api/openapi.json -o src/api/schema.ts && rm src/api/openapi.json && sed -i '1i /* Long because it is the whole API, made by `./just types` from what the server declares. */' src/api/schema.ts && npx --no-install prettier --log-level warn --write src/api/schema.ts

# The tables of look-alike letters and of emoji, made anew from the packages that carry Unicode's data
tables: setup screens-setup
    python -m tests.text_tables
    cd webui && npx --no-install prettier --log-level warn --write src/features/messages/emoji-data.json

# Measure against peers in the same run, with Debian's Python as on a box: `./just bench chat`, `./just bench sfu`, `./just bench search`, `./just bench files`, `./just bench web`
bench name: build (packages "ejabberd ngircd nginx-light curl mmdebstrap chromium fonts-noto-core iproute2")
    @python=$(python -m benchmarks.shipped) && "$python" -m benchmarks.{{ name }}

# Build an image for a card or a virtual machine, as root: `./just image virt-amd64`
image board *options: setup (packages "mmdebstrap genimage squashfs-tools mtools dosfstools e2fsprogs xz-utils arch-test qemu-user-static binfmt-support")
    python -m image {{ board }} {{ options }}

# Start an image that was built with --raw in QEMU, and wait for its page
trial board: setup (packages "qemu-system-x86 qemu-system-arm mtools fdisk")
    python -m tests.image.trial {{ board }}

# Take a virtual box's power away at random moments and see that a person can go on: `./just cuts virt-amd64 first-boot 20`, `… setup 20`
cuts board series="first-boot" *numbers: may-boot setup (packages "systemd-container squashfs-tools qemu-system-x86 qemu-system-arm qemu-utils mtools fdisk e2fsprogs")
    python -m tests.image.cuts {{ board }} {{ series }} {{ numbers }}

# The same with QEMU killed in the middle of each of so many boxes: `./just kills virt-amd64 first-boot 20`, `… setup 20`
kills board series="first-boot" *numbers: may-boot setup (packages "systemd-container squashfs-tools qemu-system-x86 qemu-system-arm qemu-utils mtools fdisk e2fsprogs")
    python -m tests.image.kills {{ board }} {{ series }} {{ numbers }}

# Cut the power so many times over the server's first start, its renewals and its keys, and see that it starts: `./just start-cuts 200`
start-cuts number="200": setup (packages "strace")
    python -m tests.integration.start.cuts {{ number }}

# Start a virtual box from a card that something has happened to, and try the firmware's trial of a slot
hardships board *cases: setup (packages "qemu-system-x86 qemu-system-arm qemu-utils mtools fdisk")
    python -m tests.image.hardships {{ board }} {{ cases }}

# Build an image twice and compare every file in it
same board: setup
    python -m image {{ board }} --raw && cp dist/hearth-{{ board }}.files dist/hearth-{{ board }}.before
    python -m image {{ board }} --raw --afresh && diff dist/hearth-{{ board }}.before dist/hearth-{{ board }}.files

# Lock what is installed, by hash and without any registry's address
lock: setup
    uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
    uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
    cd tests/compat && uv pip compile --quiet --upgrade --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header bots.in -o bots.lock

# Build the web client into webui/dist, if anything of it changed
build: setup screens-setup
    @sum=$(find webui -path webui/node_modules -prune -o -path webui/dist -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum); \
    [ "$(cat webui/dist/.built-from 2>/dev/null)" = "$sum" ] || { (cd webui && npm run --silent build -- --logLevel warn) && echo "$sum" > webui/dist/.built-from; }

# The Debian package for a box, into dist/: `./just deb arm64`
deb arch="amd64": build
    @./image/deb/build.sh {{ arch }}

# Unit, integration and fuzz tests, with coverage
test-python: setup screens-setup (packages "fdisk e2fsprogs chromium fonts-noto-core strace")
    coverage erase
    coverage run -m pytest -q -n 6 --dist loadscope
    coverage combine --quiet 2>/dev/null || true
    coverage report --skip-covered --skip-empty

# The web client's own tests
test-screens: setup screens-setup
    cd webui && npm test --silent

# Unmodified bot libraries against a running box
test-compat: build
    npm ci --silent --prefix tests/compat
    uv venv --quiet --allow-existing --python "$HEARTH_PYTHON" tests/compat/.venv
    uv pip sync --quiet --python tests/compat/.venv/bin/python --require-hashes tests/compat/bots.lock
    pytest -q tests/compat

# The package on a booted Debian: installed, hurt, upgraded, removed; as root
test-box: may-boot (packages "systemd-container mmdebstrap lintian gpg gpg-agent") build
    rm -rf dist/box
    ./image/deb/build.sh "$(dpkg --print-architecture)" dist/box quick
    ./image/deb/build.sh "$(dpkg --print-architecture)" dist/box/again quick
    pytest -q tests/box

# The whole box under attack while honest people use it, each process under its unit's memory limit; as root
test-siege: may-boot build (packages "iproute2 dbus-daemon")
    @./tests/siege/inside.sh pytest -q -p no:randomly tests/siege

# Real browsers against a running box; leaves screenshots in tests/e2e/screenshots
test-browsers: build (packages "chromium firefox-esr libavcodec-extra fonts-noto-core fonts-noto-color-emoji nftables iproute2")
    npm ci --silent --prefix tests/e2e
    npm test --silent --prefix tests/e2e

# Setup from a phone: a real NetworkManager, then the box's image in QEMU with virtual radios and a browser: `./just lab portal`
lab name: lab-image (packages "network-manager polkitd dnsmasq-base dbus-daemon dbus-bin nftables iproute2 chromium fonts-noto-core qemu-system-x86 qemu-utils mmdebstrap e2fsprogs mtools fdisk")
    @echo "A real NetworkManager, in namespaces …"
    HEARTH_LAB=1 pytest -q tests/integration/{{ name }}
    @echo "The phone's story, in QEMU …"
    pytest -v -s -x -p no:randomly tests/lab
    @echo "Pictures and figures: tests/lab/screenshots"

# The image that the lab starts, if anything that goes into it changed
[private]
lab-image: build (packages "mmdebstrap genimage squashfs-tools mtools dosfstools e2fsprogs xz-utils")
    @sum=$(git ls-files -z appliance hardware image systemd webui docs requirements.lock | xargs -0 sha256sum | sha256sum); \
    [ -f dist/hearth-virt-amd64.img ] && [ "$(cat dist/.virt-amd64-built-from 2>/dev/null)" = "$sum" ] || { \
        echo "Building the package …" && ./image/deb/build.sh amd64 && \
        echo "Building the image, minutes …" && python -m image virt-amd64 --raw && echo "$sum" > dist/.virt-amd64-built-from; }

# The household guide's pictures, from those that test-browsers and the portal's tests have left
pictures: setup (packages "webp")
    python -m tests.guide_pictures

[private]
check-python: setup
    ruff format --check {{ python_code }}
    ruff check {{ python_code }}
    mypy
    pyright
    lint-imports
    codespell
    python -m tests.file_sizes
    python -m tests.words

[private]
check-screens: screens-setup
    cd webui && npm run --silent format:check && npm run --silent lint && npm run --silent check

[private]
check-shell: (packages "shellcheck")
    git ls-files just .ci image systemd tests appliance/portal/box | xargs grep -lE '^#!/bin/(ba)?sh' | xargs shellcheck

[private]
types-in-step: types tables
    @git diff --exit-code --stat -- webui/src/api || { echo "The web client's types differ: run ./just types and commit them." >&2; exit 1; }
    @git diff --exit-code --stat -- appliance/text webui/src/features/messages/emoji-data.json || { echo "The tables differ: run ./just tables and commit them." >&2; exit 1; }

# The Python packages, by hash, into .venv
[private]
setup:
    @sum=$(sha256sum requirements-dev.lock); [ "$(cat .venv/.installed-from 2>/dev/null)" = "$sum" ] || { \
        echo "Installing the Python packages …" && uv venv --quiet --allow-existing --python "$HEARTH_PYTHON" .venv && \
        uv pip sync --quiet --python .venv/bin/python --require-hashes requirements-dev.lock && echo "$sum" > .venv/.installed-from; }

# The web client's packages, by hash
[private]
screens-setup:
    @sum=$(sha256sum webui/package-lock.json); [ "$(cat webui/node_modules/.installed-from 2>/dev/null)" = "$sum" ] || { \
        echo "Installing the web client's packages …" && npm ci --silent --prefix webui && echo "$sum" > webui/node_modules/.installed-from; }

# What test-box does needs root, and a machine that lets root mount
[private]
may-boot:
    @unshare --mount mount -t tmpfs none /mnt 2>/dev/null || { echo "This boots machines: run it as root, where root may mount." >&2; exit 2; }

# Debian packages that a recipe needs: installed as root, saying so, or named in one line
[private]
packages names:
    @missing=$(for name in {{ names }}; do dpkg -s "$name" >/dev/null 2>&1 || echo "$name"; done); [ -z "$missing" ] || { \
        [ "$(id -u)" = 0 ] || { echo "Needed once: sudo apt install" $missing >&2; exit 2; }; \
        echo "Installing Debian packages:" $missing; apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null; }
