import type { Id } from '@/api/model';

import { compareIds } from '@/api/snowflake';

/** The eight tints of tokens.css by their hue (degrees); role colours are shown in the nearest, so that text stays readable. */
const HUES: readonly (readonly [tint: number, hue: number])[] = [
  [1, 22],
  [2, 40],
  [3, 91],
  [4, 158],
  [5, 197],
  [6, 223],
  [7, 277],
  [8, 349],
];

/** A person's own tint, the same everywhere. */
export function tintOf(id: Id): string {
  // Mixed by Knuth's multiplier: neighbours in time, as people who join together are, should differ.
  const mixed = BigInt.asUintN(32, (BigInt(id) >> 22n) * 2_654_435_761n);
  return `tint-${Number(mixed >> 29n) + 1}`;
}

/** The tints of people who are seen together: each has their own, or the next that nobody who was there earlier has. */
export function tintsOf(ids: readonly Id[]): Map<Id, string> {
  const tints = new Map<Id, string>();
  const taken = new Set<string>();
  for (const id of [...ids].sort(compareIds)) {
    let tint = tintOf(id);
    while (taken.has(tint)) tint = `tint-${(Number(tint.slice('tint-'.length)) % HUES.length) + 1}`;
    tints.set(id, tint);
    taken.add(tint);
    // With more people than tints they begin anew.
    if (taken.size === HUES.length) taken.clear();
  }
  return tints;
}

/** The tint nearest to a role's colour (0xRRGGBB); null for no colour and for greys. */
export function tintOfColor(color: number): string | null {
  const [r, g, b] = [(color >> 16) & 255, (color >> 8) & 255, color & 255];
  const highest = Math.max(r, g, b);
  const range = highest - Math.min(r, g, b);
  if (color === 0 || range < 16) return null;
  let hue = 60 * ((g - b) / range);
  if (highest === g) hue = 60 * ((b - r) / range + 2);
  else if (highest === b) hue = 60 * ((r - g) / range + 4);
  const distance = (other: number) => Math.abs(((hue - other + 540) % 360) - 180);
  const nearest = HUES.reduce((best, one) => (distance(one[1]) < distance(best[1]) ? one : best));
  return `tint-${nearest[0]}`;
}
