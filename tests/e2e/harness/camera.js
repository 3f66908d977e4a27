// Takes a screen's picture in every theme, and looks at it as nobody does: for what sticks out and for what WCAG forbids.

import { join } from 'node:path'

import { breaches } from './axe.js'

export const THEMES = ['dark', 'light', 'black']
/** From the visual language: menus 200 ms, drawers and dialogs 320. */
const SETTLED_MS = 400

export class Camera {
  /** What was found wrong so far: `screen, size, theme: what`. */
  found = []

  constructor(folder) {
    this.folder = folder
  }

  /** `people` are one person per size; `prepare` brings each of them to the screen. */
  async photograph(name, people, prepare, { themes = THEMES } = {}) {
    for (const [size, person] of Object.entries(people)) {
      await prepare?.(person, size)
      for (const theme of themes) {
        await person.choose(theme)
        await new Promise((wake) => setTimeout(wake, SETTLED_MS))
        await person.picture(join(this.folder, `${name}-${size}-${theme}.png`))
        const broken = await breaches(person.page, { colours: theme !== themes[0] })
        this.found.push(...broken.map((what) => `${name}, ${size}, ${theme}: ${what}`))
      }
      await this.#measure(name, size, person)
      await person.choose(themes[0])
    }
  }

  /** Nothing may stick out of the side of a page, on the narrowest phone neither. */
  async #measure(name, size, person) {
    const wide = () =>
      person.page.evaluate(() => {
        const out = [...document.querySelectorAll('body *')].filter((element) => {
          const box = element.getBoundingClientRect()
          if (box.width === 0 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false
          if (box.right <= innerWidth + 1 && box.left >= -1) return false
          // What scrolls or is cut inside its own box does not make the page wider.
          for (let up = element.parentElement; up !== null && up !== document.body; up = up.parentElement) {
            const { overflowX } = getComputedStyle(up)
            const around = up.getBoundingClientRect()
            if (overflowX !== 'visible' && around.right <= innerWidth + 1 && around.left >= -1) return false
          }
          return true
        })
        const names = out.map((element) => `${element.tagName.toLowerCase()}.${element.className.baseVal ?? element.className}`)
        if (document.documentElement.scrollWidth > innerWidth) names.push(`page ${document.documentElement.scrollWidth}`)
        return names
      })
    const note = (width, names) => {
      if (names.length > 0) this.found.push(`${name}, ${size}: wider than ${width}: ${names.join(', ')}`)
    }
    note(person.size.width, await wide())
    if (size !== 'phone') return
    await person.page.setViewport({ ...person.size, width: 320 })
    await new Promise((wake) => setTimeout(wake, 150))
    note(320, await wide())
    await person.page.setViewport(person.size)
  }
}
