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
      if (message.type() === 'error') person.complaints.push(message.text())
    })
    await watchCalls(page)
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

  /** Presses the visible button, link, tab or menu entry with this name. */
  async press(name) {
    const target = await this.find('control', name)
    await target.evaluate((element) => element.scrollIntoView({ block: 'nearest' }))
    await target.click()
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

  async noLongerReads(text, seconds = 15) {
    await eventually(
      () => this.page.evaluate(() => document.body.innerText),
      (all) => !all.includes(text),
      { seconds, what: `“${text}” gone` }
    )
  }

  async say(text) {
    await this.comeForward()
    const composer = await this.page.waitForSelector('textarea', { visible: true })
    await composer.focus()
    await composer.type(text)
    await this.send()
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
    return element.innerText ?? element.textContent ?? ''
  }
  const words = (element) => label(element).replace(/\s+/g, ' ').trim()
  const all = [...document.querySelectorAll(kinds[kind])].filter(visible)
  return all.find((element) => words(element) === name) ?? all.find((element) => words(element).startsWith(name.trim())) ?? null
}
