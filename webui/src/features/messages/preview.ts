/** A message in one line of plain words: for quotes and for the bar above the composer. */
import { MessageType } from '@/api/model';
import type { Id, Message } from '@/api/model';
import { channels } from '@/features/channels';
import { filesInWords } from '@/features/files';
import { guilds, members } from '@/features/guilds';
import { t } from '@/i18n';
import { styled } from '@/i18n/time';

import { parse } from './markdown/parse';
import type { Inline } from './markdown/tree';
import { plain } from './markdown/tree';
import { resultOf } from './polls';

const LONGEST = 200;

export function summary(content: string, scope: Id): string {
  const words = plain(parse(content), (node) => name(node, scope));
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}

/** The same of a whole message: its words, or what it has instead. */
export function summaryOf(
  message: Pick<Message, 'content'> & Partial<Pick<Message, 'attachments' | 'flags' | 'poll' | 'embeds'>>,
  scope: Id,
): string {
  if (message.content !== '') return summary(message.content, scope);
  const files = filesInWords(message);
  if (files !== '') return files;
  if (message.poll) return t.expressions.poll.summary(message.poll.question.text);
  const [embed] = message.embeds ?? [];
  return embed?.title ?? embed?.author?.name ?? '';
}

/** The sentence of a message that nobody wrote. */
export function noticeWords(message: Message, scope: Id): string {
  const { type, author, mentions, content } = message;
  if (type === MessageType.pollResult) return pollResult(message);
  const words = t.chat.system;
  const by = members.name(scope, author.id, author);
  const whom = t.chat.several(mentions.map((user) => members.name(scope, user.id, user)));
  if (type === MessageType.pinned) return t.messages.pins.line(by);
  if (type === MessageType.threadCreated) return t.threads.started(by, content);
  if (type === MessageType.recipientAdded) return words.added(by, whom);
  if (type === MessageType.renamed) return words.renamed(by, content);
  return mentions.every((user) => user.id === author.id) ? words.left(by) : words.removed(by, whom);
}

/** How a poll ended, in a sentence. */
export function pollResult(message: Pick<Message, 'embeds'>): string {
  const facts = resultOf(message);
  const words = t.expressions.poll.result;
  const question = facts['poll_question_text'] ?? '';
  const total = Number(facts['total_votes'] ?? 0);
  if (total === 0) return words.nobody(question);
  const { victor_answer_text: answer, victor_answer_emoji_name: emoji } = facts;
  if (answer === undefined) return words.tie(question, total);
  const own = facts['victor_answer_emoji_id'] !== undefined;
  const named = emoji === undefined ? answer : `${own ? `:${emoji}:` : emoji} ${answer}`;
  return words.won(question, named, Number(facts['victor_answer_votes'] ?? 0), total);
}

function name(node: Inline, scope: Id): string {
  switch (node.kind) {
    case 'user':
      return `@${members.name(scope, node.id)}`;
    case 'role':
      return `@${guilds.byId.get(scope)?.roles.find((role) => role.id === node.id)?.name ?? t.chat.unknownRole}`;
    case 'channel':
      return `#${channels.byId.get(node.id)?.name ?? t.chat.unknownChannel}`;
    case 'everyone':
      return node.text;
    case 'time':
      return styled(node.at, node.style);
    default:
      return '';
  }
}
