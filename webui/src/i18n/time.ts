/** Times as this house writes them. */
import { boxClock } from '@/api/clock';

import { t } from '.';

const clock = new Intl.DateTimeFormat(t.locale, { hour: '2-digit', minute: '2-digit' });
const dayAndMonth = new Intl.DateTimeFormat(t.locale, { weekday: 'long', day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat(t.locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const short = new Intl.DateTimeFormat(t.locale, { day: 'numeric', month: 'short' });
const exact = new Intl.DateTimeFormat(t.locale, { dateStyle: 'full', timeStyle: 'short' });
const date = new Intl.DateTimeFormat(t.locale, { dateStyle: 'medium' });
const dateTime = new Intl.DateTimeFormat(t.locale, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(t.locale, { numeric: 'auto' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function time(at: number): string {
  return clock.format(at);
}

/** “Friday, 20 November”, with the year if it is another one. */
export function day(at: number): string {
  const other = new Date(at).getFullYear() !== new Date(boxClock.now()).getFullYear();
  // British dates have no comma after the weekday; the design does.
  return (other ? withYear : dayAndMonth).format(at).replace(/^(\p{L}+),? /u, '$1, ');
}

/** A time today, else the day and the time. */
export function dayTime(at: number): string {
  const today = new Date(boxClock.now()).toDateString() === new Date(at).toDateString();
  return today ? time(at) : `${short.format(at)}, ${time(at)}`;
}

/** As the box writes times. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function full(at: number): string {
  return exact.format(at);
}

export function ago(at: number): string {
  const past = at - boxClock.now();
  const size = Math.abs(past);
  if (size < HOUR) return relative.format(Math.round(past / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(past / HOUR), 'hour');
  if (size < 30 * DAY) return relative.format(Math.round(past / DAY), 'day');
  return date.format(at);
}

/** The styles of a timestamp in a message, as `<t:…:R>` names them. */
export function styled(at: number, style: string): string {
  switch (style) {
    case 't':
    case 'T':
      return time(at);
    case 'd':
    case 'D':
      return date.format(at);
    case 'F':
      return full(at);
    case 'R':
      return ago(at);
    default:
      return dateTime.format(at);
  }
}
