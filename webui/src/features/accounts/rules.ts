/** The box's own rules for names, applied on the screen: what they say comes generated in `form-rules.ts`. */
import { formRules as rules } from '@/api/form-rules';
import { lengthOf } from '@/ui/text';

export type LineProblem = 'short' | 'long' | 'invisible' | 'unknown' | 'piled' | 'empty' | 'calls';
export type UsernameProblem = 'length' | 'shape' | 'reserved' | 'mixed';

/** A text as the box would keep it, or what is wrong with it. */
export type Checked<Problem> = { kept: string } | { problem: Problem };

const KINDS = [
  ...rules.ranges.map(([letter, range]) => [letter, new RegExp(`[${range}]`, 'u')] as const),
  ...rules.categories.map(
    ([letter, categories]) =>
      [letter, new RegExp(`[${categories.map((one) => `\\p{${one}}`).join('')}]`, 'u')] as const,
  ),
];
const IGNORED = new RegExp(`[${rules.ignored}]`, 'gu');
const AT_THE_ENDS = new RegExp(`^[${rules.trimmed}]+|[${rules.trimmed}]+$`, 'gu');
const WIDE = new RegExp(`[${rules.widths}]`, 'u');
const LINE = rules.line.map(([problem, pattern]) => [problem, new RegExp(pattern)] as const);
const VISIBLE = new RegExp(rules.visible);
const USERNAME = new RegExp(rules.username);
/** By script, which letters look like which of a to z. */
const TWINS = rules.twins.map(([twins, letters]) => {
  const latin = Array.from(letters);
  return new Map(Array.from(twins).map((twin, index) => [twin, latin[index] ?? twin]));
});

/** One letter for what each character is to its neighbours. */
export function shapeOf(text: string): string {
  return Array.from(text, (character) => KINDS.find(([, kind]) => kind.test(character))?.[0] ?? 'p').join('');
}

export function trimmed(text: string): string {
  return text.replace(AT_THE_ENDS, '');
}

/** A visible line of so many characters. */
export function checkLine(text: string, shortest: number, longest: number): Checked<LineProblem> {
  const kept = trimmed(text.normalize('NFC').replaceAll('\t', ' '));
  const length = lengthOf(kept);
  if (length < shortest) return { problem: 'short' };
  if (length > longest) return { problem: 'long' };
  const problem = lineFault(shapeOf(kept));
  return problem === undefined ? { kept } : { problem };
}

/** A name that others read and mention. */
export function checkDisplayName(text: string): Checked<LineProblem> {
  const [shortest, longest] = rules.displayNameLength;
  const line = checkLine(text, shortest, longest);
  return 'kept' in line && readsAs(line.kept, rules.callsEverybody) ? { problem: 'calls' } : line;
}

/** A name to sign in with. */
export function checkUsername(text: string): Checked<UsernameProblem> {
  const kept = spelling(text);
  const [shortest, longest] = rules.usernameLength;
  const length = lengthOf(kept);
  if (length < shortest || length > longest) return { problem: 'length' };
  const shape = shapeOf(kept);
  if (!USERNAME.test(shape) || !/[OLD]/.test(shape) || lineFault(shape) !== undefined)
    return { problem: 'shape' };
  if (readsAs(kept, rules.reserved)) return { problem: 'reserved' };
  return mixesScripts(kept) ? { problem: 'mixed' } : { kept };
}

function lineFault(shape: string): Exclude<LineProblem, 'short' | 'long' | 'calls'> | undefined {
  const broken = LINE.find(([, pattern]) => pattern.test(shape));
  if (broken) return broken[0];
  return VISIBLE.test(shape) ? undefined : 'empty';
}

/** A name without styles and widths: `ａ` and `𝐚` are an a. */
function spelling(text: string): string {
  return Array.from(trimmed(text), plain).join('').normalize('NFC');
}

function plain(character: string): string {
  const compatible = character.normalize('NFKC');
  return /^[0-9A-Za-z]$/.test(compatible) || WIDE.test(character) ? compatible : character;
}

function readsAs(text: string, words: readonly string[]): boolean {
  const folded = text.normalize('NFKD').replace(IGNORED, '');
  return [folded, folded.toLowerCase()].some((spelled) => {
    const read = Array.from(spelled, (one) => TWINS.find((twins) => twins.has(one))?.get(one) ?? one);
    const bare = read
      .join('')
      .toLowerCase()
      .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
    return words.includes(bare);
  });
}

function mixesScripts(name: string): boolean {
  const characters = Array.from(name.normalize('NFKD'));
  const scripts = TWINS.filter((twins) => characters.some((one) => twins.has(one))).length;
  return scripts + Number(characters.some((one) => /[A-Za-z]/.test(one))) > 1;
}

/** A sign-in name to start with, from what people call somebody: “Ben O’Hara” → `ben.ohara`; empty if there is none. */
export function suggestName(shown: string): string {
  const plainLatin = spelling(shown)
    .normalize('NFD')
    .replace(/(?<letter>[A-Za-z])\p{Mn}+/gu, '$<letter>')
    .normalize('NFC')
    .toLowerCase();
  const words = plainLatin
    .replace(/['’ʼ`´]/g, '')
    .split(/[^\p{L}\p{M}\p{Nd}_\u200c\u200d-]+/u)
    .map((word) => word.replace(/^[\p{M}\u200c\u200d-]+|[\u200c\u200d-]+$/gu, '').replace(/-{2,}/g, '-'))
    .filter((word) => word !== '');
  // Whole words as long as they fit, and of a single long one its beginning.
  let name = '';
  for (const word of words) {
    const longer = name === '' ? word : `${name}.${word}`;
    if (lengthOf(longer) <= rules.usernameLength[1]) name = longer;
  }
  if (name === '' && words[0]) name = beginning(words[0], rules.usernameLength[1]);
  const checked = checkUsername(name);
  return 'kept' in checked ? checked.kept : '';
}

/** So many characters at most, without parting a letter from its marks. */
function beginning(word: string, most: number): string {
  let part = '';
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    if (lengthOf(part + segment) > most) break;
    part += segment;
  }
  return part.replace(/[\u200c\u200d-]+$/u, '');
}
