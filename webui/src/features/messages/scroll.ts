/**
 * Keeps what one reads in its place while the conversation grows above, shrinks below or changes its height.
 *
 * The browser's own scroll anchoring is switched off for the log: Safari has none, and two of them would fight.
 */

export interface ScrollBox {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  /** Rows from top to bottom with their distance from the top of the content, in pixels. */
  rows(): Iterable<{ key: string; top: number; bottom: number }>;
}

/** So near to the end counts as at the end: fractions of pixels and a line of leading. */
const END_PX = 24;
/** If the row one looked at is deleted, one of its neighbours holds the place. */
const HOLDERS = 4;

export class ScrollKeeper {
  atEnd = true;
  #box: ScrollBox;
  #holders: { key: string; fromTop: number }[] = [];

  constructor(box: ScrollBox) {
    this.#box = box;
  }

  get fromEnd(): number {
    return this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight;
  }

  /** Remember the place: after every scroll and before every change. */
  note(): void {
    const { scrollTop } = this.#box;
    this.atEnd = this.fromEnd <= END_PX;
    this.#holders = [];
    for (const row of this.#box.rows()) {
      if (row.bottom <= scrollTop) continue;
      this.#holders.push({ key: row.key, fromTop: row.top - scrollTop });
      if (this.#holders.length === HOLDERS) break;
    }
  }

  /** Back to the remembered place, after a change. */
  restore(): void {
    if (this.atEnd) {
      this.toEnd();
      return;
    }
    const tops = new Map<string, number>();
    const wanted = new Set(this.#holders.map((holder) => holder.key));
    for (const row of this.#box.rows()) if (wanted.has(row.key)) tops.set(row.key, row.top);
    for (const holder of this.#holders) {
      const top = tops.get(holder.key);
      if (top === undefined) continue;
      const shift = top - holder.fromTop - this.#box.scrollTop;
      if (Math.abs(shift) >= 0.5) this.#box.scrollTop += shift;
      return;
    }
  }

  toEnd(): void {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.atEnd = true;
  }
}
