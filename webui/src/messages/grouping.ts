/** Turns a run of messages into what is shown: day lines, the line of what is new, and heads only where they are needed. */
import { MessageType } from '../api/model';
import type { Id, Message } from '../api/model';
import { isNewer } from '../ui/ids';

/** Messages of one person stand under one head for this long. */
const GROUP_MS = 7 * 60_000;

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string; at: number }
  | { kind: 'message'; key: string; message: Message; first: boolean };

/** `readUpTo`: the newest message that had been read when the channel was opened; null shows no such line. */
export function arrange(messages: readonly Message[], readUpTo: Id | null, me: Id): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  let marked = readUpTo === null;
  for (const message of messages) {
    const at = Date.parse(message.timestamp);
    const newDay = before === undefined || !sameDay(at, Date.parse(before.timestamp));
    if (newDay) rows.push({ kind: 'day', key: `day-${dayKey(at)}`, at });
    let divided = false;
    if (!marked && readUpTo !== null && isNewer(message.id, readUpTo) && message.author.id !== me) {
      rows.push({ kind: 'new', key: 'new', at });
      marked = true;
      divided = true;
    }
    const first = newDay || divided || !continues(before, message);
    rows.push({ kind: 'message', key: keyOf(message), message, first });
    before = message;
  }
  return rows;
}

/** The nonce first: the row of a message that was just sent stays the same row. */
export function keyOf(message: Message): string {
  return message.nonce === undefined ? message.id : `n-${message.nonce}`;
}

function continues(before: Message | undefined, message: Message): boolean {
  if (before?.author.id !== message.author.id || message.type === MessageType.reply) return false;
  return Date.parse(message.timestamp) - Date.parse(before.timestamp) < GROUP_MS;
}

function dayKey(at: number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

export function sameDay(a: number, b: number): boolean {
  return dayKey(a) === dayKey(b);
}
