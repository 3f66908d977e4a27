/**
 * Between what one writes (`@Rose`, `#photos`, `:soup:`) and what goes over the wire (`<@12>`, `<#34>`, `<:soup:56>`). What a text consists of is
 * `markdown/runs.ts`'s to say: code, links, addresses and names that go on are left alone.
 */
import { ChannelType } from '@/api/model';
import type { Id } from '@/api/model';
import { channels } from '@/features/channels';
import { emojiSource, guilds, members, usableEmoji } from '@/features/guilds';

import { isBorderAfter, isBorderBefore } from './markdown/characters';
import { runs } from './markdown/runs';
import type { Run } from './markdown/runs';

const SIGNS = /[@#:]/g;
/** What is read as a name does not stand in these. */
const SHUT: ReadonlySet<Run['kind']> = new Set(['code', 'fence', 'link', 'label', 'time', 'emoji']);

/** A text as it is sent: without empty lines before it and space after it, with its first line's indent. */
export function tidy(text: string): string {
  return text.trimEnd().replace(/^(?:[^\S\n]*\n)+/, '');
}

/** Names as they are written, with what they stand for. */
function names(scope: Id): Map<string, string> {
  const found = new Map<string, string>();
  for (const role of guilds.byId.get(scope)?.roles ?? []) {
    if (role.id !== scope) found.set(`@${role.name}`, `<@&${role.id}>`);
  }
  for (const channel of channels.of(scope)) {
    if (channel.type === ChannelType.text) found.set(`#${channel.name}`, `<#${channel.id}>`);
  }
  for (const emoji of usableEmoji(scope).toReversed()) found.set(`:${emoji.name}:`, emojiSource(emoji));
  for (const member of members.of(scope)) found.set(`@${member.user.username}`, `<@${member.user.id}>`);
  for (const member of members.of(scope)) {
    const name = members.name(scope, member.user.id);
    if (isOnly(scope, name)) found.set(`@${name}`, `<@${member.user.id}>`);
  }
  return found;
}

/** Only one person here is called this, and it can be told from code or an address; otherwise one writes the sign-in name. */
export function isOnly(scope: Id, name: string): boolean {
  if (runs(`@${name}`).some(({ kind }) => SHUT.has(kind))) return false;
  return members.of(scope).filter((one) => members.name(scope, one.user.id) === name).length === 1;
}

export function toWire(text: string, scope: Id): string {
  return text.search(SIGNS) < 0 ? text : replaceNames(text, names(scope));
}

function replaceNames(text: string, known: ReadonlyMap<string, string>): string {
  // The longest first, so that “Rose Marie” wins over “Rose”.
  const longest = [...known].sort((a, b) => b[0].length - a[0].length);
  let result = '';
  let done = 0;
  for (const [start, end] of open(text)) {
    for (const { index } of text.slice(start, end).matchAll(SIGNS)) {
      const at = start + index;
      // “@Rose/@Tom” are two names, “medium.com/@Rose” is an address.
      const follows = done > 0 && at === done + 1 && text[done] === '/';
      if (at < done || !(follows || isBorderBefore(text, at))) continue;
      const found = longest.find(([name]) => fits(text, at, end, name));
      if (!found) continue;
      result += text.slice(done, at) + found[1];
      done = at + found[0].length;
    }
  }
  return result + text.slice(done);
}

function fits(text: string, at: number, end: number, name: string): boolean {
  const after = at + name.length;
  return after <= end && text.startsWith(name, at) && isBorderAfter(text, after);
}

/** The stretches in which names are names. */
function open(text: string): [start: number, end: number][] {
  const stretches: [number, number][] = [];
  for (const { kind, at, source } of runs(text)) {
    if (SHUT.has(kind)) continue;
    const last = stretches.at(-1);
    if (last?.[1] === at) last[1] = at + source.length;
    else stretches.push([at, at + source.length]);
  }
  return stretches;
}

/** The text as one would have typed it; as it is on the wire, if typing it could be read as something else. */
export function fromWire(text: string, scope: Id): string {
  const known = names(scope);
  const typed = runs(text)
    .map((run) => written(run, known, scope) ?? run.source)
    .join('');
  return replaceNames(typed, known) === text ? typed : text;
}

/** The name that stands for what the run mentions; none if it would be read as somebody else's. */
function written(run: Run, known: ReadonlyMap<string, string>, scope: Id): string | undefined {
  return possible(run, scope).find((name) => known.get(name) === run.source);
}

function possible({ kind, value }: Run, scope: Id): string[] {
  if (kind === 'user') {
    const member = members.get(scope, value);
    return member ? [`@${members.name(scope, value)}`, `@${member.user.username}`] : [];
  }
  if (kind === 'role') {
    const role = guilds.byId.get(scope)?.roles.find((one) => one.id === value);
    return role ? [`@${role.name}`] : [];
  }
  // Its value has the colons.
  if (kind === 'emoji') return [value];
  const channel = kind === 'channel' ? channels.byId.get(value) : undefined;
  return channel ? [`#${channel.name}`] : [];
}
