/** A person's card. */
export const card = {
  alone: 'Nobody else here',
  roles: 'Roles',
  noRoles: 'None yet',
  giveRoles: (name: string) => `Give ${name} a role, or take one`,
  since: (space: string, day: string) => `In ${space} since ${day}`,
  write: 'Message',
  befriend: 'Add as a friend',
  accept: 'Accept',
  decline: 'Not now',
  takeBack: 'Take it back',
  unfriend: 'End the friendship',
  unfriendTitle: (name: string) => `No longer friends with ${name}?`,
  unfriendLead: 'Your conversation stays. To be friends again, one of you has to ask.',
  block: (name: string) => `Block ${name}`,
  blockTitle: (name: string) => `Block ${name}?`,
  blockLead: (name: string) =>
    `You will not hear from ${name} any more, and ${name} cannot write to you. What ${name} writes in groups and spaces is folded away. Nobody is told.`,
  unblock: 'Unblock',
  unblocked: (name: string) => `You can hear from ${name} again.`,
  unblockedApart: (name: string) =>
    `You no longer block ${name}. To write to each other, one of you has to ask to be friends.`,
  blockedApart:
    'Unblocked, you are not friends again: one of you has to ask before you can write to each other.',
  isBlocked: (name: string) => `You have blocked ${name}.`,
  asksYou: (name: string) => `${name} would like to be friends.`,
  youAsked: 'You have asked to be friends.',
  asked: (name: string) => `${name} has been asked.`,
  accepted: (name: string) => `You and ${name} are friends now.`,
  more: (name: string) => `More about ${name}`,
  open: (name: string) => `Who ${name} is`,
  nickname: 'Change the nickname',
  nicknameLead: (name: string) =>
    `What ${name} is called in this space. Leave it empty to use their own name.`,
  nicknameLabel: 'Nickname',
  nicknameSave: 'Save',
  kick: (space: string) => `Remove from ${space}`,
  removeFrom: (name: string) => `Send ${name} away`,
  removeTitle: (name: string) => `Send ${name} away?`,
  removeLead: 'They leave the space at once and need a new invite to come back. What they wrote stays.',
  removed: (name: string) => `${name} is no longer here`,
  keep: 'Keep them',
  settings: 'Settings',
  folded: (count: number) =>
    count === 1
      ? '1 message from someone you have blocked'
      : `${count} messages from people you have blocked`,
  unfold: 'Show',
};
