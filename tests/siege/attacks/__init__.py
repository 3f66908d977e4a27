"""Every attack by name. Each goes on for its seconds at the most and lets go of everything when it ends."""

from tests.siege.attacks import connections, files, media, requests, websockets
from tests.siege.attacks.attack import Attack

ATTACKS: dict[str, Attack] = {
    attack.name: attack
    for module in (connections, requests, websockets, files, media)
    for attack in module.ATTACKS
}
