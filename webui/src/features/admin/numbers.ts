/** Sizes and spans of time as a household reads them. */
import { t } from '@/i18n';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function percent(used: number, total: number): number {
  return total > 0 ? Math.min(100, Math.max(0, (used / total) * 100)) : 0;
}

/** The largest unit alone: whether it is 23 days and 4 or 5 hours helps nobody. */
export function span(seconds: number): string {
  if (seconds >= DAY) return t.health.duration(Math.floor(seconds / DAY), 'day');
  if (seconds >= HOUR) return t.health.duration(Math.floor(seconds / HOUR), 'hour');
  return t.health.duration(Math.max(1, Math.floor(seconds / MINUTE)), 'minute');
}
