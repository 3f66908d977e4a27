// The web client's reading of texts, for a test that holds the server's against it: JSON lists of texts come in, one a
// line, and for each a list of their runs goes out, and a list of the links that are seen without uncovering anything. The client's own modules are loaded as its build loads them.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { dirname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../webui')
const vite = pathToFileURL(createRequire(resolve(root, 'package.json')).resolve('vite')).href
const { createServer } = await import(vite)
const server = await createServer({
  root,
  configFile: false,
  resolve: { alias: { '@': resolve(root, 'src') } },
  logLevel: 'error',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, ws: false, hmr: false, watch: null }
})

try {
  const { runs } = await server.ssrLoadModule('/src/features/messages/markdown/runs.ts')
  const { isWord } = await server.ssrLoadModule('/src/features/messages/markdown/characters.ts')
  const read = (text) => runs(text).map(({ kind, source, value, more }) => [kind, source, value, more])
  const { parse } = await server.ssrLoadModule('/src/features/messages/markdown/parse.ts')
  const linksIn = (nodes) =>
    nodes.flatMap((node) =>
      node.kind === 'link' || node.kind === 'label' ? [node.href] : node.kind === 'spoiler' ? [] : linksIn(node.inside ?? [])
    )
  for await (const line of createInterface({ input: process.stdin })) {
    const { texts, characters } = JSON.parse(line)
    process.stdout.write(JSON.stringify({ texts: texts?.map(read), links: texts?.map((text) => linksIn(parse(text))), words: characters?.map(isWord) }) + '\n')
  }
} finally {
  await server.close()
}
