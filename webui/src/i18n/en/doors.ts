import { plural, span } from './intl';

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'];

export const doors = {
  picture: 'A house at dusk with two lit windows',
  language: 'Language',
  name: 'Name',
  signInName: 'Name to sign in with',
  signInNameHint: 'Letters and digits of any script; dots, hyphens and underscores between them',
  password: 'Password',
  passwordHint: '8 characters or more',
  showPassword: 'Show the password',
  hidePassword: 'Hide the password',
  shownName: 'What should people call you?',
  login: {
    title: (household: string) => `Sign in, ${household}`,
    lead: 'Welcome back.',
    ended: 'Your sign-in on this device has ended. Sign in again, and you are back where you were.',
    setUpAlready: 'This box is set up already, so its setup link leads here. Sign in with your own name.',
    submit: 'Sign in',
    busy: 'Signing in',
    forgotten: 'Forgotten your password?',
    forgottenHow:
      'Whoever has the box in their hands can choose another one: hold its button while it starts, or put a file named hearth-setup on its card. Then join its network and press “Something else”.',
    newHere: 'New here? Ask someone in the household for an invite.',
    mismatch: (left: number | undefined) => {
      if (left === undefined) return 'Name and password do not match.';
      if (left === 0) return 'Name and password do not match. One more that does not, and there is a pause.';
      const number = NUMBERS[left] ?? String(left);
      return `Name and password do not match. ${number} ${left === 1 ? 'try' : 'tries'} left, then a pause.`;
    },
    paused: (seconds: number) => `Too many tries. You can try again in ${span(seconds)}.`,
  },
  invite: {
    title: (space: string) => `You are invited to ${space}`,
    from: 'invites you to',
    noOne: 'You are invited to',
    people: (count: number) =>
      `${plural(count, { one: 'person', other: 'people' })}. Chat and calls, kept on a box in their home.`,
    join: (space: string) => `Join ${space}`,
    joining: 'Joining',
    noMail: 'No e-mail needed.',
    alreadyIn: 'Already in?',
    signIn: 'Sign in',
    makeAccount: 'New here?',
    makeAccountLink: 'Choose a name',
    as: (name: string) => `You join as ${name}.`,
    goneTitle: 'This invite no longer works',
    gone: 'It has run out. Ask whoever sent it for a new one.',
    unknown:
      'It was taken back, or this is not the whole link. Look at the link again, or ask for a new one.',
    home: 'To the start',
    loading: 'Looking up the invite',
  },
  setup: {
    title: 'Set up your home',
    lead: 'The box is ready. Name the household and make the first account; it looks after the box.',
    household: 'Name of the household',
    householdPlaceholder: 'Maple Street',
    submit: 'Open the house',
    busy: 'Opening',
    noTokenTitle: 'Almost there',
    noToken:
      'This box has no people yet. Open the setup link that it showed when it started: it ends in a long code, which proves that the box is yours.',
    done: 'This box is set up already.',
  },
};
