// The house without a mouse: where Tab goes and whether one sees it, F6 between the regions, what Escape closes.

import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'

import { Api } from './harness/api.js'
import { Box } from './harness/box.js'
import { launch, SIZES } from './harness/browsers.js'
import { furnish } from './harness/household.js'
import { Person } from './harness/person.js'
import { eventually } from './harness/stats.js'

let box, chromium, walter, person

before(async () => {
  box = await Box.start()
  chromium = await launch('chromium')
  walter = await Api.setUp(box, { name: 'Walter', username: 'walter' })
  await furnish(box, walter, await walter.invite())
  person = await Person.arrive(chromium, { size: SIZES.desktop, theme: 'dark' })
  await person.signIn(box, 'walter')
  await person.reads('folding table')
})

beforeEach(async () => {
  await person.goto(`${box.url}/spaces/${walter.guild}/${walter.channels.general}`)
  await person.reads('folding table')
  await eventually(() => focus('composer'), Boolean, { what: 'the focus in the composer' })
})

after(async () => {
  await chromium?.close()
  await box?.stop()
})

const keys = async (...all) => {
  for (const key of all) await person.page.keyboard.press(key)
}

/** Whether what has the focus is in this region of the page. */
const focus = (region) => person.page.evaluate((name) => document.activeElement?.closest(`[data-region="${name}"]`) !== null, region)

/** What has the focus: its name, its region, and whether one sees that it has it. */
async function focused() {
  // A ring fades in with the other colours.
  await new Promise((wake) => setTimeout(wake, 60))
  return await person.page.evaluate(() => {
    const element = document.activeElement
    const box = element.getBoundingClientRect()
    const ring = (one) => {
      const { boxShadow, outlineStyle } = getComputedStyle(one)
      const blue = getComputedStyle(document.documentElement).getPropertyValue('--focus').trim()
      const [r, g, b] = [1, 3, 5].map((at) => parseInt(blue.slice(at, at + 2), 16))
      return boxShadow.includes(`rgb(${r}, ${g}, ${b})`) || outlineStyle !== 'none'
    }
    const around = [element, element.parentElement, element.closest('form, label, .theme, .stack')]
    return {
      name: (element.getAttribute('aria-label') ?? element.innerText ?? '').replace(/\s+/g, ' ').trim().slice(0, 40),
      region: element.closest('[data-region]')?.dataset.region ?? (element.matches('.skip') ? 'skip' : element.tagName.toLowerCase()),
      ring: around.some((one) => one !== null && ring(one)),
      inside: box.width > 0 && box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1
    }
  })
}

test('Tab goes through the page in its order, and one always sees where one is', async () => {
  await person.page.evaluate(() => document.querySelector('.skip').focus())
  const stops = []
  for (let at = 0; at < 100; at += 1) {
    const stop = await focused()
    if (stops.length > 0 && stop.region === 'body') break
    stops.push(stop)
    await keys('Tab')
  }

  const regions = stops.map((stop) => stop.region).filter((region, at, all) => region !== all[at - 1])
  assert.deepEqual(regions, ['skip', 'sidebar', 'header', 'log', 'composer', 'people'])
  assert.deepEqual(stops.filter((stop) => !stop.ring || !stop.inside || stop.name === ''), [])
})

test('F6 walks the regions, Shift+F6 walks them back', async () => {
  const forth = []
  for (let at = 0; at < 5; at += 1) {
    await keys('F6')
    forth.push((await focused()).region)
  }
  await person.page.keyboard.down('Shift')
  const back = []
  for (let at = 0; at < 3; at += 1) {
    await keys('F6')
    back.push((await focused()).region)
  }
  await person.page.keyboard.up('Shift')

  assert.deepEqual(forth, ['people', 'sidebar', 'header', 'log', 'composer'])
  assert.deepEqual(back, ['log', 'header', 'sidebar'])
})

test('the skip link leads past the sidebar', async () => {
  await person.page.evaluate(() => document.querySelector('.skip').focus())
  await keys('Enter', 'Tab')

  assert.equal((await focused()).region, 'header')
})

test('the arrows walk the channels, and Enter opens one', async () => {
  await keys('F6', 'F6')
  assert.equal((await focused()).name, 'general')
  await keys('ArrowDown')
  await keys('Enter')

  await person.reads('groceries')
  await eventually(() => focus('composer'), Boolean, { what: 'the focus in the composer' })
})

test('a message is reached, answered and left without a mouse', async () => {
  await keys('F6', 'F6', 'F6', 'F6', 'ArrowUp', 'ArrowUp')
  assert.match((await focused()).name, /^Leo/)
  await keys('Enter')
  await person.page.waitForSelector('[role=menu]')
  await keys('Escape')
  assert.match((await focused()).name, /^Leo/)
  await keys('r')

  await person.reads('Replying to Leo')
  await eventually(() => focus('composer'), Boolean, { what: 'the focus in the composer' })
  await keys('Escape')
  await person.noLongerReads('Replying to Leo')
})

test('Escape closes only what is on top', async () => {
  await person.onMessage('He came back', 'Reply')
  await person.press('Emoji')
  await person.reads('Used lately')
  await keys('Escape')
  await person.page.waitForFunction(() => document.querySelector('.picker') === null)
  await person.reads('Replying to Mia')
  await keys('Escape')
  await person.noLongerReads('Replying to Mia')

  await person.press('Add to Talk')
  await person.press('New channel')
  await person.reads('A new channel')
  await person.page.keyboard.down('Control')
  await keys('k')
  await person.page.keyboard.up('Control')
  await person.page.waitForSelector('input[role=combobox]')
  await keys('Escape')
  await person.page.waitForSelector('input[role=combobox]', { hidden: true })
  await person.reads('A new channel')
  await keys('Escape')
  await person.noLongerReads('A new channel')
})

test('a dialog keeps the focus, and gives it back to what opened it', async () => {
  await person.page.evaluate(() => document.querySelector('[aria-label="general, menu"]:not(.row-menu)').focus())
  await keys('Enter')
  await person.page.waitForSelector('[role=menu]')
  await keys('End', 'Enter')
  await person.reads('Delete general?')
  assert.equal((await focused()).name, 'Keep it')
  const names = new Set()
  for (let at = 0; at < 6; at += 1) {
    await keys('Tab')
    const { name, region } = await focused()
    // The browser's own bar has its turn between the last and the first.
    if (region !== 'body') names.add(name)
  }
  await keys('Escape')

  assert.deepEqual([...names].sort(), ['Delete general', 'Keep it'])
  assert.equal((await focused()).name, 'general, menu')
})

test('a menu is walked with the arrows and by letters', async () => {
  await person.page.evaluate(() => document.querySelector('.guild-menu').focus())
  await keys('Enter')
  await person.page.waitForSelector('[role=menu]')
  const names = [(await focused()).name]
  for (const key of ['ArrowDown', 'End', 'Home', 's']) {
    await keys(key)
    names.push((await focused()).name)
  }
  await keys('Escape')

  assert.deepEqual(names, ['Invite people', 'Mark all as read', 'Sign out', 'Invite people', 'Space settings'])
  assert.match((await focused()).name, /^Maple Street/)
})

test('what was refused is where one goes on', async () => {
  await person.press('Add to Talk')
  await person.press('New channel')
  await person.fill('Name', 'groceries')
  await keys('Tab', 'Enter')
  await person.reads('There is already one called groceries')

  const field = () => person.page.evaluate(() => [document.activeElement.value, document.activeElement.ariaInvalid])
  await eventually(field, ([value, invalid]) => value === 'groceries' && invalid === 'true', { what: 'the focus in the name' })
  await keys('Escape')
})

test('Escape leaves the settings, but only from the top', async () => {
  await person.goto(`${box.url}/spaces/${walter.guild}/settings/people`)
  await person.press('Send away: Leo')
  await person.reads('Send Leo away?')
  await keys('Escape')
  await person.noLongerReads('Send Leo away?')
  assert.equal(await person.has('Send away: Leo'), true)
  await keys('Escape')

  await person.reads('folding table')
})

test('nothing moves for those who do not want it', async () => {
  await person.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }])
  const moving = () =>
    person.page.evaluate(() =>
      document
        .getAnimations()
        .filter((one) => one.effect.getComputedTiming().duration > 1 || one.effect.getComputedTiming().iterations === Infinity)
        .map((one) => `${one.animationName ?? one.transitionProperty} on ${one.effect.target.className}`)
    )
  const seen = []
  await person.press('Maple Street')
  seen.push(...(await moving()))
  await person.press('Invite people')
  seen.push(...(await moving()))
  await keys('Escape')
  await person.press('Find or go to')
  seen.push(...(await moving()))
  await keys('Escape')
  await person.onMessage('folding table', 'More')
  seen.push(...(await moving()))
  await person.press('Copy the text')
  seen.push(...(await moving()))
  await person.press('Tom Picking Leo')
  seen.push(...(await moving()))
  await person.page.emulateMediaFeatures([])

  assert.deepEqual(seen, [])
})
