import { describe, expect, it } from 'vitest';

import { ScrollKeeper } from './scroll';
import type { ScrollBox } from './scroll';

/** A scrolled list of rows with given heights. */
class List implements ScrollBox {
  scrollTop = 0;
  clientHeight = 300;

  constructor(public heights: [key: string, height: number][]) {}

  get scrollHeight(): number {
    return this.heights.reduce((sum, [, height]) => sum + height, 0);
  }

  *rows() {
    let top = 0;
    for (const [key, height] of this.heights) {
      yield { key, top, bottom: top + height };
      top += height;
    }
  }

  topOf(key: string): number {
    for (const row of this.rows()) if (row.key === key) return row.top - this.scrollTop;
    throw new Error(`no ${key}`);
  }
}

const rows = (from: number, to: number, height = 50): [string, number][] =>
  Array.from({ length: to - from }, (_, index) => [`m${from + index}`, height]);

describe('what one reads', () => {
  it('stays in its place when older messages come in above', () => {
    const list = new List(rows(50, 100));
    const keeper = new ScrollKeeper(list);
    list.scrollTop = 130;
    keeper.note();
    const before = list.topOf('m53');

    list.heights = [...rows(0, 50, 73), ...list.heights];
    keeper.restore();

    expect(list.topOf('m53')).toBe(before);
  });

  it('stays when something above it grows, as code and pictures do', () => {
    const list = new List(rows(0, 50));
    const keeper = new ScrollKeeper(list);
    list.scrollTop = 1000;
    keeper.note();
    const before = list.topOf('m22');

    list.heights[3] = ['m3', 400];
    keeper.restore();

    expect(list.topOf('m22')).toBe(before);
  });

  it('stays when the oldest are let go of', () => {
    const list = new List(rows(0, 100));
    const keeper = new ScrollKeeper(list);
    list.scrollTop = 4000;
    keeper.note();
    const before = list.topOf('m85');

    list.heights = list.heights.slice(50);
    keeper.restore();

    expect(list.topOf('m85')).toBe(before);
  });

  it('is held by its neighbour when it is deleted itself', () => {
    const list = new List(rows(0, 50));
    const keeper = new ScrollKeeper(list);
    list.scrollTop = 1000;
    keeper.note();
    const before = list.topOf('m21');

    list.heights = list.heights.filter(([key]) => key !== 'm20');
    keeper.restore();

    expect(list.topOf('m21')).toBe(before);
  });
});

describe('the end', () => {
  it('is followed when one is there', () => {
    const list = new List(rows(0, 50));
    const keeper = new ScrollKeeper(list);
    keeper.toEnd();
    list.scrollTop = list.scrollHeight - list.clientHeight;
    keeper.note();

    list.heights = [...list.heights, ['new', 80]];
    keeper.restore();

    expect(list.scrollTop).toBe(list.scrollHeight);
  });

  it('is not followed when one reads above it', () => {
    const list = new List(rows(0, 50));
    const keeper = new ScrollKeeper(list);
    list.scrollTop = 1500;
    keeper.note();

    list.heights = [...list.heights, ['new', 80]];
    keeper.restore();

    expect(list.scrollTop).toBe(1500);
  });
});
