/** Sizes and spans of time as a household reads them. */
import { t } from '@/i18n';
import { plural } from '@/i18n/plural';

const UNITS = [
  { bytes: 1e12, name: 'TB' },
  { bytes: 1e9, name: 'GB' },
  { bytes: 1e6, name: 'MB' },
];
const SMALLEST = { bytes: 1e6, name: 'MB' };
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function parts(bytes: number): { number: string; unit: string } {
  const unit = UNITS.find((one) => bytes >= one.bytes) ?? SMALLEST;
  const number = bytes / unit.bytes;
  // One decimal below ten, as the box writes it.
  return { number: number < 9.95 && bytes > 0 ? number.toFixed(1) : number.toFixed(0), unit: unit.name };
}

/** “41 of 118 GB”, “412 MB of 1.9 GB”. */
export function share(used: number, total: number): string {
  const [part, whole] = [parts(used), parts(total)];
  const left = part.unit === whole.unit ? part.number : `${part.number} ${part.unit}`;
  return t.health.of(left, `${whole.number} ${whole.unit}`);
}

export function percent(used: number, total: number): number {
  return total > 0 ? Math.min(100, Math.max(0, (used / total) * 100)) : 0;
}

/** The largest unit alone: whether it is 23 days and 4 or 5 hours helps nobody. */
export function span(seconds: number): string {
  if (seconds >= DAY) return plural(Math.floor(seconds / DAY), { one: 'day', other: 'days' });
  if (seconds >= HOUR) return plural(Math.floor(seconds / HOUR), { one: 'hour', other: 'hours' });
  return plural(Math.max(1, Math.floor(seconds / MINUTE)), { one: 'minute', other: 'minutes' });
}
