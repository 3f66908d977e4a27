/** How long a text is for the box: in code points, as Python counts. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The first letter as people see it, which may be several code points; empty for an empty text. */
export function firstLetter(text: string): string {
  const [first] = new Intl.Segmenter().segment(text.trim());
  return first?.segment.toUpperCase() ?? '';
}
