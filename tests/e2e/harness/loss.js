// Packets that get lost, in the network of this run (inside.sh): nft throws a share of them away.

import { execFileSync } from 'node:child_process'

const nft = (script) => execFileSync('nft', ['-f', '-'], { input: script, encoding: 'utf8' })

/** Throws away `percent` of the UDP packets to and from a port, each direction on its own, until `mend()`. */
export function lose(port, percent) {
  const rule = (side) => `udp ${side} ${port} numgen random mod 100 < ${percent} counter drop`
  // On the way in: a packet dropped on the way out is an error for its sender, which no real network reports.
  const chain = `type filter hook input priority 0\n${rule('dport')}\n${rule('sport')}\n`
  nft(`table inet loss {\nchain in {\n${chain}}\n}\n`)
}

/** How many packets were thrown away so far. */
export function lost() {
  const listing = execFileSync('nft', ['list', 'table', 'inet', 'loss'], { encoding: 'utf8' })
  return [...listing.matchAll(/packets (\d+)/g)].reduce((sum, found) => sum + Number(found[1]), 0)
}

export function mend() {
  nft('delete table inet loss\n')
}
