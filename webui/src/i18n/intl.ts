/** What a language does with numbers, spans of time and lists; each catalogue makes its own with its locale. */
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

type Unit = 'second' | 'minute' | 'hour' | 'day';

const UNITS: readonly { unit: Unit; seconds: number; most: number }[] = [
  { unit: 'second', seconds: 1, most: 90 },
  { unit: 'minute', seconds: 60, most: 90 },
  { unit: 'hour', seconds: 3600, most: 48 },
  { unit: 'day', seconds: 86_400, most: Infinity },
];
const BYTES = [
  { bytes: 1e12, name: 'TB' },
  { bytes: 1e9, name: 'GB' },
  { bytes: 1e6, name: 'MB' },
];
const FILE_UNITS = [...BYTES, { bytes: 1e3, name: 'kB' }, { bytes: 1, name: 'B' }];
const SMALLEST = { bytes: 1e6, name: 'MB' };
/** Between a number and its unit; lines are not broken there. */
const NARROW = '\u00a0';

export interface Locale {
  number: (n: number, decimals?: number) => string;
  /** The form of a noun for this number: `form(2, {one: 'ist', other: 'sind'})`. */
  form: (n: number, forms: Forms) => string;
  /** The same with the number in front: `plural(2, {one: 'person', other: 'people'})`. */
  plural: (n: number, forms: Forms) => string;
  /** How long one waits, rounded up, in the unit that needs the fewest digits: “1 second”, “15 minutes”; never none. */
  span: (seconds: number) => string;
  /** The same as a point in time: “in 1 second”, “in 15 minutes”. */
  within: (seconds: number) => string;
  /** How long something lasts, in the largest unit of which nothing is left over: “1 hour”, “90 seconds”. */
  exactly: (seconds: number) => string;
  /** “1 day”, “5 hours”: a number in one unit of time. */
  duration: (n: number, unit: Unit) => string;
  /** “Rose”, “Rose and Tom”, “Rose, Tom and Mia”. */
  several: (names: readonly string[]) => string;
  /** “412 MB”, “1.9 GB”: with one decimal below ten. */
  size: (bytes: number) => string;
  /** “640 B”, “12 kB”, “1.9 MB”: of one file, which may be smaller than what a box counts in. */
  fileSize: (bytes: number) => string;
  /** “41 of 118 GB”: the unit once where both have the same; `of` joins what is used with the whole. */
  share: (used: number, total: number, of: (used: string, total: string) => string) => string;
  percent: (n: number) => string;
}

/** A wait, rounded up, in the unit that needs the fewest digits; never none. */
function waiting(seconds: number): [n: number, unit: Unit] {
  const fits = UNITS.find((one) => seconds <= one.most * one.seconds);
  return [Math.max(1, Math.ceil(seconds / (fits?.seconds ?? 1))), fits?.unit ?? 'second'];
}

export function intl(locale: string): Locale {
  const rules = new Intl.PluralRules(locale);
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const later = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  const number = (n: number, decimals = 0): string => (decimals === 0 ? whole : tenths).format(n);
  const form = (n: number, forms: Forms): string => forms[rules.select(n)] ?? forms.other;
  const duration = (n: number, unit: Unit): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(n);

  function parts(bytes: number): { digits: string; unit: string } {
    const unit = BYTES.find((one) => bytes >= one.bytes) ?? SMALLEST;
    const n = bytes / unit.bytes;
    return { digits: number(n, n < 9.95 && bytes > 0 ? 1 : 0), unit: unit.name };
  }
  function fileSize(bytes: number): string {
    const unit = FILE_UNITS.find((one) => bytes >= one.bytes) ?? { bytes: 1, name: 'B' };
    const n = bytes / unit.bytes;
    return `${number(n, n < 9.95 && unit.bytes > 1e3 ? 1 : 0)}${NARROW}${unit.name}`;
  }
  const joined = ({ digits, unit }: { digits: string; unit: string }): string => `${digits} ${unit}`;

  return {
    number,
    form,
    duration,
    plural: (n, forms) => `${number(n)} ${form(n, forms)}`,
    span: (seconds) => duration(...waiting(seconds)),
    exactly(seconds) {
      const fits = UNITS.findLast((one) => seconds % one.seconds === 0);
      return duration(seconds / (fits?.seconds ?? 1), fits?.unit ?? 'second');
    },
    within: (seconds) => later.format(...waiting(seconds)),
    several: (names) => list.format(names),
    size: (bytes) => joined(parts(bytes)),
    fileSize,
    share(used, total, of) {
      const [part, all] = [parts(used), parts(total)];
      return of(part.unit === all.unit ? part.digits : joined(part), joined(all));
    },
    percent: (n) => `${number(n)}${NARROW}%`,
  };
}
