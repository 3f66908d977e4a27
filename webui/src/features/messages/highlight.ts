/** Colours for code, by the shape of the text: enough to read by, no grammar of any language. */

export interface Piece {
  text: string;
  /** A class of messages/Code.svelte; none for plain text. */
  kind?: 'key' | 'str' | 'num' | 'fn' | 'com';
}

const KEYWORDS = new Set(
  (
    'abstract and as assert async await break case catch class const continue def default defer del do elif else ' +
    'enum except export extends false False final finally fn for from func function go if impl import in interface ' +
    'is lambda let loop match mod module mut namespace new nil None not null or package pass private protected pub ' +
    'public raise return self static struct super switch this throw trait true True try type typeof undefined union ' +
    'unless until use var void where while with yield echo fi then done esac local select insert update delete from ' +
    'into values SELECT FROM WHERE INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE JOIN ON GROUP ORDER BY LIMIT'
  ).split(' '),
);
const HASH_COMMENTS = new Set(
  'python py sh bash zsh shell ruby rb yaml yml toml r perl make dockerfile'.split(' '),
);

const SLASHES = /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)/.source;
const HASH = /#[^\n]*/.source;
const REST =
  /(?<str>"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(?<num>\b\d[\w.]*)|(?<word>[A-Za-z_$][\w$]*)/
    .source;

/** Above this only plain text: nobody reads it, and an old phone would feel it. */
const MOST = 8000;

export function highlight(text: string, language: string): Piece[] {
  if (language === '' || language === 'text' || language === 'txt' || text.length > MOST) return [{ text }];
  const comments = HASH_COMMENTS.has(language.toLowerCase()) ? HASH : SLASHES;
  const pattern = new RegExp(`(?<com>${comments})|${REST}`, 'g');
  const pieces: Piece[] = [];
  let done = 0;
  for (const found of text.matchAll(pattern)) {
    const kind = kindOf(found, text);
    if (kind === undefined) continue;
    if (found.index > done) pieces.push({ text: text.slice(done, found.index) });
    pieces.push({ text: found[0], kind });
    done = found.index + found[0].length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

function kindOf(found: RegExpExecArray, text: string): Piece['kind'] {
  const groups = found.groups ?? {};
  if (groups['com'] !== undefined) return 'com';
  if (groups['str'] !== undefined) return 'str';
  if (groups['num'] !== undefined) return 'num';
  if (KEYWORDS.has(found[0])) return 'key';
  return text[found.index + found[0].length] === '(' ? 'fn' : undefined;
}
