// A network of its own for one test: only loopback, on which a share of the call's packets is thrown away (nft).

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class Namespace {
  constructor() {
    this.name = `hearth-${process.pid}-${Math.floor(Math.random() * 1e6)}`
    this.folder = mkdtempSync(join(tmpdir(), 'hearth-netns-'))
    execFileSync('ip', ['netns', 'add', this.name])
    this.run('ip', 'link', 'set', 'lo', 'up')
  }

  /** A command inside. */
  run(...command) {
    return execFileSync('ip', ['netns', 'exec', this.name, ...command], { encoding: 'utf8' })
  }

  /** The words that put a command inside. */
  get prefix() {
    return ['ip', 'netns', 'exec', this.name]
  }

  /** A program that runs another inside; puppeteer wants a single path. */
  wrapper(program) {
    const path = join(this.folder, 'inside')
    writeFileSync(path, `#!/bin/sh\nexec ip netns exec ${this.name} ${program} "$@"\n`)
    chmodSync(path, 0o755)
    return path
  }

  /** Throws away `percent` of the UDP packets to and from a port, each direction on its own. */
  lose(port, percent) {
    const rule = (side) => `udp ${side} ${port} numgen random mod 100 < ${percent} counter drop`
    // On the way in: a packet dropped on the way out is an error for its sender, which no real network reports.
    const chain = `type filter hook input priority 0\n${rule('dport')}\n${rule('sport')}\n`
    const table = `table inet loss {\nchain in {\n${chain}}\n}\n`
    const file = join(this.folder, 'loss.nft')
    writeFileSync(file, table)
    this.run('nft', '-f', file)
  }

  /** How many packets were thrown away so far. */
  lost() {
    return [...this.run('nft', 'list', 'table', 'inet', 'loss').matchAll(/packets (\d+)/g)].reduce((sum, found) => sum + Number(found[1]), 0)
  }

  remove() {
    execFileSync('ip', ['netns', 'delete', this.name])
    rmSync(this.folder, { recursive: true, force: true })
  }
}
