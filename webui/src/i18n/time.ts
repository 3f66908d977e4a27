/** Times as this house writes them. */
import { boxClock } from '@/api/clock';

import { t } from '.';

interface Formats {
  locale: string;
  clock: Intl.DateTimeFormat;
  dayAndMonth: Intl.DateTimeFormat;
  withYear: Intl.DateTimeFormat;
  short: Intl.DateTimeFormat;
  weekday: Intl.DateTimeFormat;
  exact: Intl.DateTimeFormat;
  date: Intl.DateTimeFormat;
  dateTime: Intl.DateTimeFormat;
  relative: Intl.RelativeTimeFormat;
}

function formatsOf(locale: string): Formats {
  const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, options);
  return {
    locale,
    clock: dates({ hour: '2-digit', minute: '2-digit' }),
    dayAndMonth: dates({ weekday: 'long', day: 'numeric', month: 'long' }),
    withYear: dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    short: dates({ day: 'numeric', month: 'short' }),
    weekday: dates({ weekday: 'short' }),
    exact: dates({ dateStyle: 'full', timeStyle: 'short' }),
    date: dates({ dateStyle: 'medium' }),
    dateTime: dates({ dateStyle: 'medium', timeStyle: 'short' }),
    relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
  };
}

let made: Formats | undefined;

/** Those of the language that is shown; making them is slow, so they are kept until it changes. */
function formats(): Formats {
  if (made?.locale !== t.locale) made = formatsOf(t.locale);
  return made;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function time(at: number): string {
  return formats().clock.format(at);
}

/** “Friday, 20 November”, with the year if it is another one. */
export function day(at: number): string {
  const other = new Date(at).getFullYear() !== new Date(boxClock.now()).getFullYear();
  // British dates have no comma after the weekday; the design does.
  return (other ? formats().withYear : formats().dayAndMonth).format(at).replace(/^(\p{L}+),? /u, '$1, ');
}

/** A time today, else the day and the time. */
export function dayTime(at: number): string {
  const today = new Date(boxClock.now()).toDateString() === new Date(at).toDateString();
  return today ? time(at) : `${formats().short.format(at)}, ${time(at)}`;
}

/** For lists: a time today, the weekday in the last six days, else the day. */
export function dayOrTime(at: number): string {
  const now = boxClock.now();
  if (new Date(now).toDateString() === new Date(at).toDateString()) return time(at);
  return (now - at < 6 * DAY ? formats().weekday : formats().short).format(at);
}

/** As the box writes times. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function full(at: number): string {
  return formats().exact.format(at);
}

export function ago(at: number): string {
  const past = at - boxClock.now();
  const size = Math.abs(past);
  const { relative } = formats();
  if (size < HOUR) return relative.format(Math.round(past / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.round(past / HOUR), 'hour');
  if (size < 30 * DAY) return relative.format(Math.round(past / DAY), 'day');
  return formats().date.format(at);
}

/** The styles of a timestamp in a message, as `<t:…:R>` names them. */
export function styled(at: number, style: string): string {
  switch (style) {
    case 't':
    case 'T':
      return time(at);
    case 'd':
    case 'D':
      return formats().date.format(at);
    case 'F':
      return full(at);
    case 'R':
      return ago(at);
    default:
      return formats().dateTime.format(at);
  }
}
