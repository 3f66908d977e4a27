/** Between what one writes (`@Rose`, `#photos`) and what goes over the wire (`<@12>`, `<#34>`). Code is left alone. */
import { ChannelType } from '../api/model';
import type { Id } from '../api/model';
import { channels } from '../channels/channels.svelte';
import { guilds } from '../guilds/guilds.svelte';
import { members } from '../guilds/members.svelte';

const CODE = /(```[^]*?```|`[^`\n]*`)/;
const WIRE = /<(@!?|@&|#)(\d{1,20})>/g;
const WORD = /[\p{L}\p{N}_]/u;

/** Names as they are written, with what they stand for; the longest first, so that “Rose Marie” wins over “Rose”. */
function names(guildId: Id): [written: string, wire: string][] {
  const found = new Map<string, string>();
  for (const role of guilds.byId.get(guildId)?.roles ?? []) {
    if (role.id !== guildId) found.set(`@${role.name}`, `<@&${role.id}>`);
  }
  for (const channel of channels.of(guildId)) {
    if (channel.type === ChannelType.text) found.set(`#${channel.name}`, `<#${channel.id}>`);
  }
  for (const member of members.of(guildId)) found.set(`@${member.user.username}`, `<@${member.user.id}>`);
  for (const member of members.of(guildId)) {
    const name = members.name(guildId, member.user.id);
    if (isOnly(guildId, name)) found.set(`@${name}`, `<@${member.user.id}>`);
  }
  return [...found].sort((a, b) => b[0].length - a[0].length);
}

/** Only one person here is called this; otherwise the sign-in name must be written. */
export function isOnly(guildId: Id, name: string): boolean {
  return members.of(guildId).filter((one) => members.name(guildId, one.user.id) === name).length === 1;
}

export function toWire(text: string, guildId: Id): string {
  const known = names(guildId);
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : replaceNames(part, known)))
    .join('');
}

function replaceNames(text: string, known: readonly [string, string][]): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const sign = text[at];
    const begins = (sign === '@' || sign === '#') && !WORD.test(text[at - 1] ?? ' ');
    const found = begins ? known.find(([written]) => fits(text, at, written)) : undefined;
    result += found ? found[1] : (sign ?? '');
    at += found ? found[0].length : 1;
  }
  return result;
}

function fits(text: string, at: number, written: string): boolean {
  return text.startsWith(written, at) && !WORD.test(text[at + written.length] ?? ' ');
}

export function fromWire(text: string, guildId: Id): string {
  return text
    .split(CODE)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(WIRE, (whole, kind: string, id: string) => written(kind, id, guildId) ?? whole),
    )
    .join('');
}

function written(kind: string, id: Id, guildId: Id): string | undefined {
  if (kind === '#') {
    const channel = channels.byId.get(id);
    return channel && `#${channel.name}`;
  }
  if (kind === '@&') {
    const role = guilds.byId.get(guildId)?.roles.find((one) => one.id === id);
    return role && `@${role.name}`;
  }
  const member = members.get(guildId, id);
  if (!member) return undefined;
  const name = members.name(guildId, id);
  return `@${isOnly(guildId, name) ? name : member.user.username}`;
}
