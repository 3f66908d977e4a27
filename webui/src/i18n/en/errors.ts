import { span } from '../plural';

type Facts = Readonly<Record<string, number>>;

/** The stable keys of the box's refusals. What is not here is told in the box's own sentence. */
const byKey: Record<string, ((facts: Facts) => string) | undefined> = {
  missing_permissions: () => 'You may not do that here.',
  not_found: () => 'It is gone, or you can no longer see it.',
  channel_not_found: () => 'This channel is gone, or you can no longer see it.',
  message_not_found: () => 'This message is gone.',
  guild_not_found: () => 'This space is gone, or you are no longer in it.',
  member_not_found: () => 'They are no longer in this space.',
  invite_not_found: () => 'This invite no longer works, or the link is not whole. Ask for a new one.',
  invite_expired: () => 'This invite has run out. Ask for a new one.',
  invite_used_up: () => 'This invite was used as often as it may be. Ask for a new one.',
  setup_link_refused: () =>
    'This setup link no longer works. Start the box again and open the link that it shows.',
  already_set_up: () => 'This box is set up already. Sign in, or ask for an invite.',
  session_expired: () => 'Your sign-in has ended. Sign in again.',
  username_taken: () => 'Someone here already signs in with this name. Choose another.',
  username_looks_taken: () => 'Someone here signs in with a name that looks like this one. Choose another.',
  slow_mode: ({ seconds }) =>
    `This channel is slow on purpose. You can write again in ${span(seconds ?? 1)}.`,
  too_fast: ({ seconds }) => `That was a lot at once. Try again in ${span(seconds ?? 1)}.`,
  half_character: () =>
    'There is half a character in it, maybe of an emoji, and the box cannot take that. Look for a � and take it out.',
  unsendable: () => 'The box cannot take it as it is. Change it, or discard it.',
  line_lost: () => 'The line was lost twice while it was being sent. Try again, change it, or discard it.',
  no_answer: () => 'The box has not answered. Try again in a moment.',
  admins_only: () => 'Only those who look after the box can see this.',
  health_unknown: () =>
    'The box could not find out how it is: its card or disk may hang. Try again in a moment.',
  storage_damaged: () =>
    'The box cannot read this: its card or disk is damaged. Whoever looks after it finds what to do under Settings, Health.',
  storage_failed: () => 'The box could not write to its disk. Whoever looks after it should have a look.',
};

export const errors = {
  unreachable: 'The box did not answer. Check that it is on and that you are on its network.',
  unknown: 'Something on the box went wrong. Try again in a moment.',
  slowDown: (seconds: number) => `That was a lot at once. Try again in ${span(seconds)}.`,
  byKey,
};
