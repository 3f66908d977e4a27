// Somebody at a browser: finds things by the names that are on screen, as a person does.

import { eventually, watchCalls } from './stats.js'

export const PASSWORD = 'correct horse battery'

export class Person {
  /** A fresh window of a browser, as wide as asked. */
  static async arrive(browser, { size, theme } = {}) {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    const person = new Person(page, context)
    person.size = size
    if (size) await page.setViewport(size)
    if (theme) await person.choose(theme)
    page.on('pageerror', (error) => person.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() !== 'error') return
      const url = message.location().url
      person.complaints.push(url ? `${message.text()} ${url}` : message.text())
    })
    await watchCalls(page)
    await page.evaluateOnNewDocument(keepSockets)
    return person
  }

  constructor(page, context) {
    this.page = page
    this.context = context
    this.complaints = []
  }

  /** The theme of every page that is opened from now on, as the settings keep it; at once in the one that is open. */
  async choose(theme) {
    const apply = (value) => {
      localStorage.setItem('hearth.look', JSON.stringify({ theme: value }))
      if (document.documentElement) document.documentElement.dataset.theme = value
    }
    await this.page.evaluateOnNewDocument(apply, theme)
    if (this.page.url().startsWith('http')) await this.page.evaluate(apply, theme)
  }

  async goto(url) {
    await this.page.goto(url, { waitUntil: 'domcontentloaded' })
  }

  /** Writes into the field with this label, over what stands there. */
  async fill(label, text) {
    const field = await this.find('field', label)
    await field.focus()
    await field.evaluate((element) => element.select())
    await field.type(text)
  }

  /** Presses the visible button, link, tab or menu entry with this name, once it lies still: a drawer slides in. */
  async press(name) {
    const target = await this.find('control', name)
    await target.evaluate((element) => {
      element.scrollIntoView({ block: 'nearest' })
      const { x, y, width, height } = element.getBoundingClientRect()
      // Something that floats may lie over the edge of what scrolls.
      if (!element.contains(document.elementFromPoint(x + width / 2, y + height / 2))) element.scrollIntoView({ block: 'center' })
    })
    await target.asLocator().setTimeout(15_000).click()
  }

  /** Waits until the text can be read on the page. */
  async reads(text, seconds = 15) {
    await eventually(
      () => this.page.evaluate(() => document.body.innerText),
      (all) => all.includes(text),
      { seconds, what: `reading “${text}”` }
    )
  }

  /** Firefox draws only the tab in front, and a click waits for a drawing. */
  async comeForward() {
    if (this.page.browser().process()?.spawnfile.includes('firefox')) await this.page.bringToFront()
  }

  async find(kind, name, seconds = 15) {
    await this.comeForward()
    const handle = await eventually(
      async () => {
        const found = await this.page.evaluateHandle(findByName, kind, name)
        return found.asElement()
      },
      (element) => element !== null,
      { seconds, what: `the ${kind} “${name}”` }
    )
    return handle
  }

  /** Whether a control with this name is on screen now. */
  async has(name) {
    return (await this.page.evaluateHandle(findByName, 'control', name)).asElement() !== null
  }

  // The story's sentences

  async setUp(box, { household = 'Maple Street', name, username }) {
    await this.goto(box.setupLink)
    await this.fill('Name of the household', household)
    await this.fill('What should people call you?', name)
    await this.fill('Name to sign in with', username)
    await this.fill('Password', PASSWORD)
    await this.press('Open the house')
    await this.reads('general')
  }

  async signIn(box, username) {
    await this.goto(`${box.url}/login`)
    await this.fill('Name', username)
    await this.fill('Password', PASSWORD)
    await this.press('Sign in')
    await this.reads('general')
  }

  async acceptInvite(url, { name, username }) {
    await this.goto(url)
    await this.fill('What should people call you?', name)
    await this.fill('Name to sign in with', username)
    await this.fill('Password', PASSWORD)
    await this.press('Join ')
    await this.reads('general')
  }

  /** The link in the invite dialog of the space's menu. */
  async inviteLink() {
    await this.press('Maple Street')
    await this.press('Invite people')
    const link = await this.page.waitForFunction(() =>
      [...document.querySelectorAll('input')].map((input) => input.value).find((value) => value.includes('/invite/'))
    )
    await this.page.keyboard.press('Escape')
    return await link.jsonValue()
  }

  /** One of the deeds at a message, which appear when the pointer is over it. */
  async onMessage(text, deed) {
    await this.comeForward()
    const message = await eventually(
      async () => (await this.page.evaluateHandle(findMessage, text)).asElement(),
      (element) => element !== null,
      { what: `the message “${text}”` }
    )
    // A message that has the focus shows its deeds as well, and they are called the same.
    await message.evaluate((element) => {
      const { activeElement: at } = document
      if (at?.closest('[role=log] article') && !element.contains(at)) at.blur()
    })
    await message.hover()
    if (!(await this.has(deed))) await this.press('More')
    await this.press(deed)
  }

  /** Presses the button of this name in the dialog that asks. */
  async confirm(name) {
    await this.comeForward()
    const dialog = await this.page.waitForSelector('[role=dialog], [role=alertdialog], dialog[open]', { visible: true })
    const button = await dialog.evaluateHandle(
      (element, words) => [...element.querySelectorAll('button')].find((one) => one.innerText.trim().startsWith(words)),
      name
    )
    await button.asElement().click()
  }

  /** A finger that stays on the message until its menu is there. */
  async holdMessage(text) {
    const message = (await this.page.evaluateHandle(findMessage, text)).asElement()
    await message.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    const box = await message.boundingBox()
    const finger = await this.page.touchscreen.touchStart(box.x + box.width / 2, box.y + box.height / 2)
    await this.page.waitForSelector('[role=menu]', { visible: true })
    await finger.end()
  }

  /** Closes whatever is open, from the top down. */
  async escape(times = 1) {
    for (let done = 0; done < times; done += 1) await this.page.keyboard.press('Escape')
  }

  async noLongerReads(text, seconds = 15) {
    await eventually(
      () => this.page.evaluate(() => document.body.innerText),
      (all) => !all.includes(text),
      { seconds, what: `“${text}” gone` }
    )
  }

  async say(text) {
    await this.write(text)
    await this.send()
  }

  /** Writes where one writes, without sending. */
  async write(text) {
    await this.comeForward()
    const composer = await this.page.waitForSelector('textarea', { visible: true })
    await composer.focus()
    await composer.type(text)
  }

  async erase() {
    await this.page.$eval('textarea', (field) => {
      field.value = ''
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
  }

  /** The box refuses what is asked of addresses like this one; null: nothing any more. */
  async refuse(address, status = 403) {
    this.page.removeAllListeners('request')
    await this.page.setRequestInterception(address !== null)
    if (address === null) return
    const body = JSON.stringify({ message: 'In this channel, messages and reactions are turned off for a while.', code: 0, key: 'unknown_to_this_page' })
    this.page.on('request', (asked) => {
      if (asked.method() === 'GET' || !address.test(new URL(asked.url()).pathname.replace(/\/[^/]*\/@me$/, ''))) void asked.continue()
      else void asked.respond({ status, contentType: 'application/json', body })
    })
  }

  /** Whatever has an address like this one stays on its way until what is returned is called. */
  async hold(address) {
    const held = []
    const later = (asked) => (address.test(asked.url()) ? held.push(asked) : asked.continue())
    await this.page.setRequestInterception(true)
    this.page.on('request', later)
    return async () => {
      this.page.off('request', later)
      await Promise.all(held.map((asked) => asked.continue()))
      await this.page.setRequestInterception(false)
    }
  }

  /** The line to the box goes, and does not come back. */
  async cut() {
    await this.page.setOfflineMode(true)
    await this.page.evaluate(() => window.hearthSockets.forEach((socket) => socket.close()))
  }

  /** Enter with a keyboard; on a phone, where Enter begins a line, the button. */
  async send() {
    if (this.size?.hasTouch) await this.press('Send')
    else await this.page.keyboard.press('Enter')
  }

  async picture(path) {
    await this.page.screenshot({ path })
  }
}

/** Runs in the page before it loads: a line that is open outlives the debugger's offline mode, so `cut` closes it by hand. */
function keepSockets() {
  window.hearthSockets = []
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address)
      window.hearthSockets.push(this)
    }
  }
}

/** Runs in the page: the last message with these words. */
function findMessage(text) {
  const all = [...document.querySelectorAll('[role=log] article, [role=log] .msg, [role=log] li')]
  return all.findLast((element) => element.innerText.includes(text)) ?? null
}

/** Runs in the page: the first visible element of the kind whose accessible name is, or begins with, the words. */
function findByName(kind, name) {
  const kinds = {
    field: 'input, textarea, select, [role=textbox], [role=combobox]',
    control: 'button, a, [role=button], [role=menuitem], [role=menuitemradio], [role=tab], [role=option], [role=radio], [role=switch], label, summary'
  }
  const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('[inert], [aria-hidden=true]')
  const label = (element) => {
    const by = element.getAttribute('aria-labelledby')
    if (by) return by.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
    const own = element.getAttribute('aria-label')
    if (own) return own
    if (element.labels?.length) return element.labels[0].textContent
    const said = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.data
      return node.ariaHidden === 'true' ? '' : [...node.childNodes].map(said).join(' ')
    }
    return element.querySelector('[aria-hidden=true]') ? said(element) : (element.innerText ?? element.textContent ?? '')
  }
  const words = (element) => label(element).replace(/\s+/g, ' ').trim()
  const all = [...document.querySelectorAll(kinds[kind])].filter(visible)
  return all.find((element) => words(element) === name) ?? all.find((element) => words(element).startsWith(name.trim())) ?? null
}
