// What axe-core finds against WCAG 2.2, levels A and AA, on the page as it stands.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

/** One line for each broken rule and place; with `colours`, only what another theme can change. */
export async function breaches(page, { colours = false } = {}) {
  const only = colours ? { type: 'rule', values: ['color-contrast'] } : { type: 'tag', values: RULES }
  // Sent as the debugger sends it, so that the page's content policy stays as strict as it is.
  await page.evaluate(SOURCE)
  return await page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`)
    )
  }, only)
}
