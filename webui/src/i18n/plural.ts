const rules = new Intl.PluralRules('en-GB');

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The form of a noun for this number, with the number in front: `plural(2, {one: 'person', other: 'people'})`. */
export function plural(n: number, forms: Forms): string {
  return `${n} ${forms[rules.select(n)] ?? forms.other}`;
}

const UNITS = [
  { unit: 'second', seconds: 1, most: 90 },
  { unit: 'minute', seconds: 60, most: 90 },
  { unit: 'hour', seconds: 3600, most: 48 },
  { unit: 'day', seconds: 86_400, most: Infinity },
];

/** How long one waits, rounded up, in the unit that needs the fewest digits: “1 second”, “15 minutes”; never none. */
export function span(seconds: number): string {
  const fits = UNITS.find((one) => seconds <= one.most * one.seconds) ?? { unit: 'second', seconds: 1 };
  const number = Math.max(1, Math.ceil(seconds / fits.seconds));
  return new Intl.NumberFormat('en-GB', { style: 'unit', unit: fits.unit, unitDisplay: 'long' }).format(
    number,
  );
}
