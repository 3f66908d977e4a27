/** Signs of markdown around what is selected, and away again; and where Enter begins a line. */
import { describe, expect, it } from 'vitest';

import { isInFence } from './fence';
import { formatOf } from './format-keys';
import { apply, toggle } from './formatting';
import type { Format } from './formatting';

/** A text with what is selected in ‹›. */
function parts(marked: string): [text: string, from: number, to: number] {
  const from = marked.indexOf('‹');
  return [marked.replace(/[‹›]/g, ''), from, marked.indexOf('›') - 1];
}

function done(marked: string, format: Format): string {
  const [text, from, to] = parts(marked);
  const edit = toggle(text, from, to, format);
  const after = text.slice(0, edit.from) + edit.text + text.slice(edit.to);
  const [start, end] = edit.select;
  return `${after.slice(0, start)}‹${after.slice(start, end)}›${after.slice(end)}`;
}

describe('the selected text', () => {
  it.each<[Format, string, string]>([
    ['bold', 'a ‹word› here', 'a **‹word›** here'],
    ['italic', '‹word›', '*‹word›*'],
    ['underline', '‹word›', '__‹word›__'],
    ['strike', '‹word›', '~~‹word›~~'],
    ['code', '‹word›', '`‹word›`'],
    ['spoiler', '‹word›', '||‹word›||'],
    ['code', 'x ‹one\ntwo›', 'x ```\n‹one\ntwo›\n```'],
    ['quote', 'one\nt‹wo\nthr›ee', 'one\n‹> two\n> three›'],
    ['link', 'see ‹here›', 'see [here](‹https://›)'],
    ['bold', '‹›', '**‹›**'],
  ])('becomes %s, and what it was when asked again: %s', (format, before, after) => {
    expect(done(before, format)).toBe(after);
    if (format !== 'link') {
      const [text] = parts(before);
      expect(done(after, format).replace(/[‹›]/g, '')).toBe(text);
    }
  });

  it('loses the signs that are selected with it', () => {
    expect(done('‹**word**›', 'bold')).toBe('‹word›');
    expect(done('‹[here](https://hearth.test)›', 'link')).toBe('‹here›');
  });

  it('is bold and italic at once, and each goes by itself', () => {
    expect(done('**‹word›**', 'italic')).toBe('***‹word›***');
    expect(done('***‹word›***', 'bold')).toBe('*‹word›*');
    expect(done('***‹word›***', 'italic')).toBe('**‹word›**');
  });

  it('keeps its spaces outside of the signs, where markdown reads them', () => {
    expect(done('a‹ word ›here', 'bold')).toBe('a **‹word›** here');
  });

  it('is an address that wants words', () => {
    expect(done('‹https://hearth.test/x›', 'link')).toBe('[‹›](https://hearth.test/x)');
  });
});

it('a field is changed as if by typing, and tells so', () => {
  const field = document.createElement('textarea');
  document.body.append(field);
  field.value = 'a word here';
  field.setSelectionRange(2, 6);
  let told = '';
  field.addEventListener('input', () => (told = field.value));

  apply(field, 'bold');

  expect([field.value, told]).toEqual(['a **word** here', 'a **word** here']);
  expect([field.selectionStart, field.selectionEnd]).toEqual([4, 8]);
  field.remove();
});

it('keys stand for formats, and only they', () => {
  const key = (name: string, more: KeyboardEventInit = {}) =>
    formatOf(new KeyboardEvent('keydown', { key: name, ...more }));
  expect(key('b', { ctrlKey: true })).toBe('bold');
  expect(key('I', { metaKey: true })).toBe('italic');
  expect(key('u', { ctrlKey: true })).toBe('underline');
  expect(key('X', { ctrlKey: true, shiftKey: true })).toBe('strike');
  for (const not of [key('b'), key('b', { altKey: true, ctrlKey: true }), key('k', { ctrlKey: true })])
    expect(not).toBeNull();
});

it('an open fence is one that nothing has shut before the caret', () => {
  expect(isInFence('```py\nx', 7)).toBe(true);
  expect(isInFence('```py\nx\n```\ny', 13)).toBe(false);
  expect(isInFence('```a``` and ```b', 16)).toBe(true);
  expect(isInFence('words', 5)).toBe(false);
});
