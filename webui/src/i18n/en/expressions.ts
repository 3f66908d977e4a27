import { duration, number, plural } from './intl';

export const expressions = {
  /** The button beside what one writes. */
  add: 'Add something',
  poll: {
    make: 'Ask a poll',
    title: 'Ask everybody',
    lead: 'Everybody here can vote, and sees who voted for what.',
    question: 'Question',
    questionPlaceholder: 'Which weekend for the lake?',
    answer: (n: number) => `Answer ${n}`,
    emojiFor: (n: number) => `Emoji for answer ${n}`,
    addAnswer: 'Another answer',
    removeAnswer: (n: number) => `Take answer ${n} away`,
    duration: 'Ends after',
    hours: (hours: number) => (hours % 24 === 0 ? duration(hours / 24, 'day') : duration(hours, 'hour')),
    several: 'Everybody may choose several answers',
    ask: 'Ask',
    asking: 'Asking',
    missing: 'Give it a question and at least two answers.',
    /** Over the poll of somebody: what it is, read aloud. */
    label: (question: string) => `Poll: ${question}`,
    pickOne: 'Pick one. Everybody sees who voted for what.',
    pickSeveral: 'Pick as many as you like. Everybody sees who voted for what.',
    over: 'This poll is over.',
    option: (answer: string, count: number, total: number) =>
      `${answer}, ${count} of ${plural(total, { one: 'vote', other: 'votes' })}`,
    ends: (voters: number, when: string) =>
      `${plural(voters, { one: 'person', other: 'people' })} voted, ends ${when}`,
    ended: (voters: number, when: string) =>
      `${plural(voters, { one: 'person', other: 'people' })} voted, ended ${when}`,
    takeBack: 'Take my vote back',
    who: 'Who voted',
    nobody: 'Nobody yet',
    moreVoters: 'Show more',
    end: 'End the poll',
    endTitle: 'End this poll now?',
    endLead: 'Nobody can vote or change their vote after that. The result stays.',
    keep: 'Let it run',
    result: {
      won: (question: string, answer: string, votes: number, total: number) =>
        `The poll “${question}” is over: ${answer}, with ${votes} of ${plural(total, { one: 'vote', other: 'votes' })}.`,
      tie: (question: string, total: number) =>
        `The poll “${question}” is over without a winner, after ${plural(total, { one: 'vote', other: 'votes' })}.`,
      nobody: (question: string) => `The poll “${question}” is over. Nobody voted.`,
    },
    see: 'See the poll',
    summary: (question: string) => `Poll: ${question}`,
  },
  emoji: {
    lead: 'Pictures of your own for messages and reactions. Everybody here finds them beside the others, and by their name between colons.',
    own: 'Of your spaces',
    add: 'Add emoji',
    adding: 'Adding',
    none: 'No emoji of your own yet',
    noneLead: 'The dog, the car that never starts, the face that Grandpa makes: any picture becomes one.',
    mayNot: 'Those who look after this space can make some.',
    by: (name: string) => `Made by ${name}`,
    rename: 'Rename',
    renameOf: (name: string) => `Rename :${name}:`,
    name: 'Name',
    nameHint: 'Letters from a to z, figures and underscores.',
    remove: 'Delete',
    removeOf: (name: string) => `Delete :${name}:`,
    removeTitle: (name: string) => `Delete :${name}:?`,
    removeLead: 'Where it was used its name stays.',
    keep: 'Keep it',
    tooLarge: (file: string, megabytes: number) =>
      `${file} is too large. One that moves can have ${number(megabytes)} MB.`,
    notAPicture: (file: string) => `${file} is no picture that this browser can open.`,
  },
  embed: {
    label: 'Card',
    picture: 'Picture, on its own page',
    hide: 'Hide the cards',
    show: 'Show the cards',
  },
};
