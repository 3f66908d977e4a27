/** Words that somebody looked for, on the way to the message in which they stand. */
import type { Id } from '@/api/model';

let found: { messageId: Id; words: readonly string[] } | null = null;

/** Remember them for the moment at which the message is shown. */
export function carry(messageId: Id, words: readonly string[]): void {
  found = { messageId, words };
}

/** What was looked for in this message, once; nothing if one came to it otherwise. */
export function arrivesWith(messageId: Id): readonly string[] {
  const { words } = found?.messageId === messageId ? found : { words: [] };
  found = null;
  return words;
}
