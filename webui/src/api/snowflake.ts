import type { Id } from './model';

const EPOCH_MS = 1_420_070_400_000;

/** Snowflakes in the order of their making: negative if `a` is older. Their numbers do not fit into a double. */
export function compareIds(a: Id, b: Id): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isNewer(a: Id, than: Id | null | undefined): boolean {
  return than === null || than === undefined || compareIds(a, than) > 0;
}

/** When a snowflake was made, epoch ms. */
export function timeOf(id: Id): number {
  return Number(BigInt(id) >> 22n) + EPOCH_MS;
}

/** The smallest snowflake of a moment (epoch ms): what was made before it is older. */
export function idAt(time: number): Id {
  return String(BigInt(Math.max(0, Math.floor(time) - EPOCH_MS)) << 22n);
}
