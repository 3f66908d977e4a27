/** Marks words in a message without touching what is drawn of it, as `::highlight(found)` (CSS Custom Highlight API). */

const NAME = 'found';

/** Mark these words where they stand in an element, each behind the one before; those marked until now are so no more. */
export function markFound(element: Element, words: readonly string[]): void {
  // Some browsers cannot: there the message flashes, and that is all.
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(NAME);
  const ranges = rangesOf(element, words);
  if (ranges.length > 0) CSS.highlights.set(NAME, new Highlight(...ranges));
}

export function rangesOf(element: Element, words: readonly string[]): Range[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: Node[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) texts.push(node);
  const ranges: Range[] = [];
  let [first, begin] = [0, 0];
  for (const word of words) {
    // One that is not there as it was written, such as in the address of a link, keeps no other from being found.
    for (let index = first, from = begin; index < texts.length; index += 1, from = 0) {
      const text = texts[index];
      const start = text?.nodeValue?.indexOf(word, from) ?? -1;
      if (text === undefined || start < 0) continue;
      const range = document.createRange();
      range.setStart(text, start);
      range.setEnd(text, start + word.length);
      ranges.push(range);
      [first, begin] = [index, start + word.length];
      break;
    }
  }
  return ranges;
}
