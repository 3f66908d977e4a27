/** Drawers by finger: from the page, and not from what takes fingers itself. */
import { expect, it } from 'vitest';

import { swipe } from './swipe';

function touch(kind: 'touchstart' | 'touchend', x: number): Event {
  const fingers = [{ clientX: x, clientY: 100 }];
  return Object.assign(new Event(kind, { bubbles: true }), { touches: fingers, changedTouches: fingers });
}

/** Whether a swipe to the left, begun on what the selector finds, is the page's. */
function isPages(html: string, selector: string): boolean {
  let swiped = false;
  const page = document.createElement('main');
  page.innerHTML = html;
  document.body.append(page);
  const end = swipe({ left: () => (swiped = true) })(page);
  const on = page.querySelector(selector);
  on?.dispatchEvent(touch('touchstart', 300));
  on?.dispatchEvent(touch('touchend', 100));
  end();
  page.remove();
  return swiped;
}

it.each([
  ['<p>words</p>', 'p', true],
  ['<p style="touch-action: manipulation">words</p>', 'p', true],
  ['<dialog open><img alt=""></dialog>', 'img', false],
  ['<div style="touch-action: pan-y"><i>a slider</i></div>', 'i', false],
  ['<pre>code</pre>', 'pre', false],
])('%s', (html, selector, expected) => {
  expect(isPages(html, selector)).toBe(expected);
});
