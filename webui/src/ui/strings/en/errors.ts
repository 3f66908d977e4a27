type Facts = Readonly<Record<string, number>>;

const byKey: Record<string, ((facts: Facts) => string) | undefined> = {
  missing_permissions: () => 'You may not do that here.',
  missing_access: () => 'You can no longer see this.',
  unknown_channel: () => 'This channel is gone.',
  unknown_message: () => 'This message is gone.',
  unknown_invite: () => 'This invite no longer works. Ask for a new one.',
  unknown_guild: () => 'This space is gone.',
  session_expired: () => 'Your sign-in has ended. Sign in again.',
  username_taken: () => 'Someone here already signs in with this name. Choose another.',
};

export const errors = {
  unreachable: 'The box did not answer. Check that it is on and that you are on its network.',
  unknown: 'Something on the box went wrong. Try again in a moment.',
  slowDown: (seconds: number) => `That was a lot at once. Try again in ${Math.ceil(seconds)} s.`,
  byKey,
};
