// Debian's Chromium and Firefox with cameras and microphones that they make up themselves.

import puppeteer from 'puppeteer-core'

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--auto-accept-this-tab-capture',
  '--autoplay-policy=no-user-gesture-required',
  // Two windows on two cores: the one behind must not be slowed down.
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling'
]

const FIREFOX = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'app.update.enabled': false,
  'browser.safebrowsing.downloads.remote.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.enabled': false,
  'extensions.getAddons.cache.enabled': false
}

/** Starts 'chromium' or 'firefox'. */
export async function launch(name) {
  const paths = { chromium: '/usr/bin/chromium', firefox: '/usr/bin/firefox-esr' }
  return await puppeteer.launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath: paths[name],
    headless: true,
    acceptInsecureCerts: true,
    args: name === 'chromium' ? CHROMIUM : [],
    extraPrefsFirefox: FIREFOX,
    protocolTimeout: 120_000
  })
}

export const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740, isMobile: true, hasTouch: true },
  // As narrow as a phone, with a keyboard: Firefox cannot play the touch screen (WebDriver BiDi).
  narrow: { width: 360, height: 740 }
}
