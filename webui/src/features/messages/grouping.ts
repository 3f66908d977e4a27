/** Turns a run of messages into what is shown: day lines, the line of what is new, and heads only where they are needed. */
import { MessageType } from '@/api/model';
import type { Id, Message } from '@/api/model';
import { isNewer } from '@/api/snowflake';

/** Messages of one person stand under one head for this long. */
const GROUP_MS = 7 * 60_000;

export type Row =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'new'; key: string; at: number }
  | { kind: 'message'; key: string; message: Message; first: boolean }
  | { kind: 'folded'; key: string; ids: Id[] };

/** `readUpTo`: the newest message that had been read when the channel was opened; null shows no such line. */
export function arrange(messages: readonly Message[], readUpTo: Id | null, me: Id): Row[] {
  const rows: Row[] = [];
  const keys = new Keys();
  let before: Message | undefined;
  let latest = -Infinity;
  let marked = readUpTo === null;
  for (const message of messages) {
    const then = latest;
    // What is on its way has this page's time, which may be days off: the order that one sees only goes on.
    latest = Math.max(latest, Date.parse(message.timestamp));
    const newDay = before === undefined || !sameDay(latest, then);
    if (newDay) rows.push({ kind: 'day', key: keys.take(`day-${dayKey(latest)}`), at: latest });
    let divided = false;
    if (!marked && readUpTo !== null && message.author.id !== me && isNewer(message.id, readUpTo)) {
      rows.push({ kind: 'new', key: keys.take('new'), at: latest });
      marked = true;
      divided = true;
    }
    const first = newDay || divided || !continues(before, message, latest - then);
    rows.push({ kind: 'message', key: keys.of(message, me), message, first });
    before = message;
  }
  return rows;
}

/** Messages that one would rather not see, as one line for each run of them; day lines and what is new end a run. */
export function fold(rows: readonly Row[], isFolded: (message: Message) => boolean): Row[] {
  const shown: Row[] = [];
  let afterFold = false;
  for (const row of rows) {
    if (row.kind !== 'message') {
      shown.push(row);
    } else if (!isFolded(row.message)) {
      shown.push(afterFold ? { ...row, first: true } : row);
      afterFold = false;
    } else {
      const last = shown.at(-1);
      if (last?.kind === 'folded') last.ids.push(row.message.id);
      else shown.push({ kind: 'folded', key: `f-${row.key}`, ids: [row.message.id] });
      afterFold = true;
    }
  }
  return shown;
}

/** The key of one's own message by its nonce: what was just sent stays the same row when the box has it. */
export function ownKey(nonce: string | number): string {
  return `n-${nonce}`;
}

/** Every row has a key of its own, whatever the messages hold: two with the same one, and nothing is drawn. */
class Keys {
  #taken = new Set<string>();

  take(wanted: string): string {
    let key = wanted;
    for (let more = 2; this.#taken.has(key); more += 1) key = `${wanted}-${more}`;
    this.#taken.add(key);
    return key;
  }

  /** Others' nonces are theirs: a bot may give all its messages the same one. */
  of(message: Message, me: Id): string {
    const own = message.author.id === me && message.nonce !== undefined ? ownKey(message.nonce) : message.id;
    return this.take(this.#taken.has(own) ? message.id : own);
  }
}

/** `pause`: between the two, ms. */
function continues(before: Message | undefined, message: Message, pause: number): boolean {
  if (before?.author.id !== message.author.id || message.type === MessageType.reply) return false;
  return pause < GROUP_MS && !isNotice(before) && !isNotice(message);
}

const NOTICES: ReadonlySet<number> = new Set([
  MessageType.recipientAdded,
  MessageType.recipientRemoved,
  MessageType.renamed,
  MessageType.pollResult,
  MessageType.pinned,
  MessageType.threadCreated,
  MessageType.threadStarter,
]);

/** Nobody wrote it: it says what happened to a group or in a channel, how a poll ended, or of a thread where it began. */
export function isNotice(message: Message): boolean {
  return NOTICES.has(message.type);
}

/** Of those only what anybody may tidy away who may delete a message: what was pinned, and how a poll ended. */
export function isDeletableNotice({ type }: Message): boolean {
  return type === MessageType.pinned || type === MessageType.pollResult;
}

function dayKey(at: number): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

export function sameDay(a: number, b: number): boolean {
  return dayKey(a) === dayKey(b);
}
