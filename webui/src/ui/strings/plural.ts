const rules = new Intl.PluralRules('en-GB');

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** The form of a noun for this number, with the number in front: `plural(2, {one: 'person', other: 'people'})`. */
export function plural(n: number, forms: Forms): string {
  return `${n} ${forms[rules.select(n)] ?? forms.other}`;
}
