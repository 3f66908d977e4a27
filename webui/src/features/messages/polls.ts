/** What is made of a poll by votes, and by whoever makes one. */
import type { Emoji, Id, Message, Poll } from '@/api/model';

/** The public API's, in code points and hours. */
export const LONGEST_QUESTION = 300;
export const LONGEST_ANSWER = 55;
export const MOST_ANSWERS = 10;
export const HOURS = [1, 4, 8, 24, 72, 168, 336, 768] as const;
const USUAL_HOURS = 24;

type Count = NonNullable<Poll['results']>['answer_counts'][number];

/** The poll after somebody has voted or taken the vote back; the echo of what is known changes nothing. */
export function withVote(poll: Poll, answerId: number, by: { id: Id; me: boolean; delta: 1 | -1 }): Poll {
  return withCounts(poll, (one) => {
    const known = one.hearth_voters.includes(by.id);
    if (one.id !== answerId || known === (by.delta === 1)) return one;
    return {
      ...one,
      count: one.count + by.delta,
      me_voted: by.me ? by.delta === 1 : one.me_voted,
      hearth_voters: known
        ? one.hearth_voters.filter((voter) => voter !== by.id)
        : [...one.hearth_voters, by.id],
    };
  });
}

/** A poll out of an event, which says nobody's own vote: it is among the voters, or as it was before. */
export function withOwn(poll: Poll, before: Poll | undefined, me: Id): Poll {
  return withCounts(poll, (one) => {
    const mine = before?.results.answer_counts.find((other) => other.id === one.id)?.me_voted ?? false;
    const all = one.count === one.hearth_voters.length;
    return { ...one, me_voted: all ? one.hearth_voters.includes(me) : mine };
  });
}

function withCounts(poll: Poll, change: (count: Count) => Count): Poll {
  return { ...poll, results: { ...poll.results, answer_counts: poll.results.answer_counts.map(change) } };
}

/** The answers that one votes for. */
export function ownAnswers(poll: Poll): number[] {
  return poll.results.answer_counts.filter((one) => one.me_voted).map((one) => one.id);
}

/** An answer with its emoji, in words. */
export function answerInWords({ text, emoji }: Poll['answers'][number]['poll_media']): string {
  if (emoji?.name == null) return text;
  return `${emoji.id == null ? emoji.name : `:${emoji.name}:`} ${text}`;
}

/** The facts of a poll that is over, out of the message that tells them. */
export function resultOf(message: Pick<Message, 'embeds'>): Readonly<Record<string, string | undefined>> {
  const [embed] = message.embeds;
  return Object.fromEntries((embed?.fields ?? []).map(({ name, value }) => [name, value]));
}

export interface PollDraft {
  question: string;
  answers: { key: number; text: string; emoji: Pick<Emoji, 'id' | 'name'> | null }[];
  hours: number;
  several: boolean;
  /** By which the box knows it again, should its answer be lost. */
  nonce: string;
}

let keys = 0;

export function emptyAnswer(): PollDraft['answers'][number] {
  keys += 1;
  return { key: keys, text: '', emoji: null };
}

export function emptyPoll(): PollDraft {
  return {
    question: '',
    answers: [emptyAnswer(), emptyAnswer()],
    hours: USUAL_HOURS,
    several: false,
    nonce: crypto.getRandomValues(new Uint8Array(12)).reduce((text, byte) => text + byte.toString(16), 'p'),
  };
}

/** As it goes over the wire; null while there is no question, or nothing to choose from. Empty answers are left out. */
export function pollBody(draft: PollDraft): object | null {
  const answers = draft.answers.filter(({ text }) => text.trim() !== '');
  if (draft.question.trim() === '' || answers.length < 2) return null;
  return {
    question: { text: draft.question },
    answers: answers.map(({ text, emoji }) => ({
      poll_media: emoji === null ? { text } : { text, emoji: { id: emoji.id, name: emoji.name } },
    })),
    duration: draft.hours,
    allow_multiselect: draft.several,
  };
}
