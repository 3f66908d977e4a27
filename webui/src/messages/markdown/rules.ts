/** What messages have beyond CommonMark: spoilers, mentions, times, and `__` for underlining. */
import createParser from 'markdown-it';
import type { MarkdownIt, StateInline } from 'markdown-it';

const LINKS = /^(?:https?|mailto):/i;
/** Up to the next character that may begin something; markdown-it's own rule does not stop at `|`. */
const PLAIN = /[^\n*_~`|<@[\]\\!:&]+/y;
const MENTION = /<(@!?|@&|#)(\d{1,20})>/y;
const TIME = /<t:(-?\d{1,12})(?::([tTdDfFR]))?>/y;
const CUSTOM_EMOJI = /<a?(:\w{2,32}:)\d{1,20}>/y;
const EVERYONE = /@(?:everyone|here)\b/y;

const KINDS: Record<string, string> = { '@': 'user', '@!': 'user', '@&': 'role', '#': 'channel' };

export function messageParser(): MarkdownIt {
  const md = createParser('zero', { html: false, linkify: true, breaks: true, maxNesting: 20 });
  md.enable(['blockquote', 'fence', 'heading', 'list']);
  md.enable(['autolink', 'backticks', 'emphasis', 'escape', 'link', 'linkify', 'newline', 'strikethrough']);
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.validateLink = (url) => LINKS.test(url);
  md.inline.ruler.at('text', text);
  md.inline.ruler.before('autolink', 'angled', angled);
  md.inline.ruler.push('spoiler', spoiler);
  md.inline.ruler.push('everyone', everyone);
  return md;
}

function sticky(pattern: RegExp, state: StateInline): RegExpExecArray | null {
  pattern.lastIndex = state.pos;
  const found = pattern.exec(state.src);
  return found !== null && pattern.lastIndex <= state.posMax ? found : null;
}

function text(state: StateInline, silent: boolean): boolean {
  PLAIN.lastIndex = state.pos;
  const found = PLAIN.exec(state.src)?.[0].slice(0, state.posMax - state.pos) ?? '';
  if (found === '') return false;
  if (!silent) state.pending += found;
  state.pos += found.length;
  return true;
}

function angled(state: StateInline, silent: boolean): boolean {
  const mention = sticky(MENTION, state);
  const found = mention ?? sticky(TIME, state) ?? sticky(CUSTOM_EMOJI, state);
  if (found === null) return false;
  if (!silent) {
    if (mention) {
      const token = state.push('mention', '', 0);
      token.tag = KINDS[mention[1] ?? ''] ?? 'user';
      token.content = mention[2] ?? '';
    } else if (found[0].startsWith('<t:')) {
      const token = state.push('time', '', 0);
      token.content = found[1] ?? '0';
      token.info = found[2] ?? 'f';
    } else {
      state.push('text', '', 0).content = found[1] ?? '';
    }
  }
  state.pos += found[0].length;
  return true;
}

function everyone(state: StateInline, silent: boolean): boolean {
  const found = sticky(EVERYONE, state);
  if (found === null) return false;
  if (!silent) state.push('everyone', '', 0).content = found[0];
  state.pos += found[0].length;
  return true;
}

function spoiler(state: StateInline, silent: boolean): boolean {
  const start = state.pos;
  if (!state.src.startsWith('||', start)) return false;
  const end = state.src.indexOf('||', start + 2);
  if (end <= start + 2 || end + 2 > state.posMax) return false;
  if (!silent) {
    const max = state.posMax;
    state.push('spoiler_open', '', 1);
    state.pos = start + 2;
    state.posMax = end;
    state.md.inline.tokenize(state);
    state.posMax = max;
    state.push('spoiler_close', '', -1);
  }
  state.pos = end + 2;
  return true;
}
