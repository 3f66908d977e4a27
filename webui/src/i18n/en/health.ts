/** The page's own words, and what each check of the box may find, by its key and with the numbers that it measured. */
import type { HealthFacts } from '@/api/error-keys';

import type { Rows } from '../sentences';
import { duration, number, percent, share, size } from './intl';

const days = (left: number): string => duration(left, 'day');

const RESTART = 'restart the box: pull its plug for five seconds';
const RELOAD =
  "On each phone and computer that had been told to trust the box, open its page for new phones (http:// and the box's address) and load the certificate anew.";
const RENEW = `To have a new one made, ${RESTART}. If this stays, the box has the wrong time: it needs the internet to know it.`;
const COPY =
  'Switch the box off and copy its whole card or disk before anything else is tried. Then bring back a backup, as the guide for operators says. What is there now is not touched.';
const BACKUP_CARD = 'Have a backup made now, as the guide for operators says. Then replace the card or disk.';
const BACKUP_STORAGE = 'Have a backup made, as the guide for operators says, and replace the storage soon.';
const ROOM =
  'Have a backup made, and brought back on a larger card or disk: the guide for operators says how. Where other things lie beside Hearth, delete what is not needed.';
const AIR =
  'Give it air: take it out of a closed cupboard and away from the sun and other warm devices. A small heat sink or fan ends it for good.';
const POWER =
  'Use the power supply that is made for this board, on its own short cable. Give disks a supply of their own.';
const WHY: Readonly<Record<string, string>> = {
  age: 'The old one had run out.',
  clock: 'The old one was made while the clock was wrong.',
};
const free = (facts: HealthFacts['disk_full']): string =>
  `${share(facts.free, facts.total, (part, all) => `${part} of ${all}`)} are free.`;

const rows: Rows<HealthFacts> = {
  authority: {
    title: 'Trust of phones',
    sentence: (facts) => `Phones that were told to trust the box do so for ${days(facts.days)} more.`,
  },
  certificate: {
    title: 'Trusted connection',
    sentence: (facts) => `The certificate is good for ${days(facts.days)} and renews itself in time.`,
  },
  clock: { title: 'Clock', sentence: () => 'It is set from the internet.' },
  disk_errors_none: { title: 'Card or disk', sentence: () => 'No errors so far.' },
  disk_space: {
    title: 'Storage',
    sentence: (facts) => `${size(facts.used)} of ${size(facts.total)} used.`,
  },
  keeping: { title: 'Keeping', sentence: () => 'What is written is kept when the power goes.' },
  media_process: { title: 'Calls', sentence: () => 'Rooms can be joined.' },
  memory: {
    title: 'Memory',
    sentence: (facts) => `${size(facts.available)} of ${size(facts.total)} are left.`,
  },
  storage_wear: {
    title: 'Wear',
    sentence: ({ life_used_percent: life }) => `At most ${percent(life)} of the storage's life is used.`,
  },
  temperature: {
    title: 'Temperature',
    sentence: (facts) => `Cool enough: ${number(facts.celsius)} °C of ${number(facts.limit)}.`,
  },
  undervoltage: { title: 'Power supply', sentence: () => 'It has not dipped since the box was started.' },
  undervoltage_now: { title: 'Power supply', sentence: () => 'It gives enough voltage now.' },
  authority_early: {
    title: "The box's certificate is not good yet",
    sentence: () => 'It was made while the clock was ahead, or the clock is behind now.',
    fix: 'Let the box reach the internet: its clock sets itself, and the certificate is made anew if it has to be.',
  },
  authority_replaced: {
    title: 'Phones must trust the box once more',
    sentence: ({ reason }) =>
      `The box has a new certificate authority. ${WHY[reason] ?? 'The old one was damaged on the card or disk.'} Phones that trusted it will warn of the box.`,
    fix: RELOAD,
  },
  authority_ends: {
    title: 'Phones must soon trust the box once more',
    sentence: (facts) =>
      `What they trust is good for ${days(facts.days)}. A new one is made some weeks before its end.`,
    fix: 'Nothing needs to be done yet. When the new one is there, this page says so, and each phone has to load it.',
  },
  certificate_over: {
    title: 'The certificate has run out',
    sentence: () => 'Browsers refuse to open Hearth, or warn of it.',
    fix: RENEW,
  },
  certificate_ends: {
    title: 'The certificate runs out soon',
    sentence: (facts) => `It is good for ${days(facts.days)}, and should have been renewed by now.`,
    fix: RENEW,
  },
  clock_not_set: {
    title: 'The clock may be wrong',
    sentence: () => 'It has not been set from the internet since the box was started.',
    fix: 'Check that the router lets the box reach the internet; the clock then sets itself.',
  },
  database_damaged: {
    title: "The household's data are damaged",
    sentence: () => 'The file with accounts and messages cannot be read, or not all of it.',
    fix: COPY,
  },
  database_gone: {
    title: "The household's data are gone",
    sentence: () => 'The file with accounts and messages is not there any more.',
    fix: COPY,
  },
  database_newer: {
    title: "The household's data are newer than Hearth",
    sentence: () => 'They were written by a newer Hearth than the one that runs now.',
    fix: 'Update Hearth, or bring back a backup from before. What is there now is not touched.',
  },
  database_no_room: {
    title: 'There is no room left',
    sentence: () => 'The card or disk is full, and without any room even reading does not work.',
    fix: 'Make room on it: delete what does not belong to Hearth, or bring a backup back on a larger one, as the guide for operators says. Hearth goes on by itself as soon as there is room.',
  },
  database_protected: {
    title: 'Nothing can be written',
    sentence: () =>
      'The card or disk does not let Hearth write, as after an error or with wrong rights on the data folder.',
    fix: `On a box, ${RESTART}; if this stays, copy the card and replace it. On a computer, give the data folder back to the user that Hearth runs as. Hearth goes on by itself as soon as it can write.`,
  },
  disk_errors: {
    title: 'The card or disk has errors',
    sentence: ({ errors }) => `Reading or writing went wrong ${errors === 1 ? 'once' : `${errors} times`}.`,
    fix: BACKUP_CARD,
  },
  disk_gone: {
    title: 'The data folder is gone',
    sentence: () => 'Its disk does not answer.',
    fix: `Check that the card or disk is plugged in firmly, then ${RESTART}.`,
  },
  disk_read_only: {
    title: 'Nothing can be written',
    sentence: () => 'The system protects the card or disk from being written, as it does after an error.',
    fix: BACKUP_CARD,
  },
  disk_filling: { title: 'Storage is filling up', sentence: free, fix: ROOM },
  disk_full: {
    title: 'Storage is nearly full',
    sentence: (facts) => `Only ${free(facts)} When it is full, no message can be sent.`,
    fix: ROOM,
  },
  nothing_kept: {
    title: 'Nothing is kept',
    sentence: () =>
      "The part of the card with the household's data could not be read, so the box runs from memory. What is written now is gone at the next start; what was there before is untouched.",
    fix: 'Switch the box off and copy the whole card on a computer before anything else is tried with it.',
  },
  calls_down: {
    title: 'Calls do not work',
    sentence: () => 'The part of the box that carries sound and pictures is not running.',
    fix: `It is started again by itself. If this is still here in a minute, ${RESTART}.`,
  },
  memory_short: {
    title: 'Memory is short',
    sentence: (facts) =>
      `${size(facts.available)} of ${size(facts.total)} are left. Everything may become slow.`,
    fix: `If other programs run on this box, stop them; if not, ${RESTART}.`,
  },
  keys_repaired: {
    title: 'Keys had to be made anew',
    sentence: ({ files }) =>
      `When the server started, ${files} was damaged or gone. Devices may have to sign in or trust the box once more.`,
    fix: 'A power cut can do this once. If it comes back, have a backup made and replace the card or disk.',
  },
  storage_worn: {
    title: 'The storage wears out',
    sentence: () => 'Nearly all that its maker promises is used up.',
    fix: BACKUP_STORAGE,
  },
  storage_worn_out: {
    title: 'The storage is worn out',
    sentence: () => 'It has outlived what its maker promises, and may fail any day.',
    fix: BACKUP_STORAGE,
  },
  nearly_too_hot: {
    title: 'The box is getting hot',
    sentence: (facts) =>
      `The box is ${number(facts.celsius)} °C warm; from ${number(facts.limit)} °C on it slows itself down.`,
    fix: AIR,
  },
  too_hot: {
    title: 'The box is too hot',
    sentence: (facts) => `At ${number(facts.celsius)} °C the box slows itself down, and calls may stutter.`,
    fix: AIR,
  },
  under_voltage: {
    title: 'The power supply is too weak',
    sentence: () =>
      'The box gets too little voltage right now. It slows down, and may stop without a warning.',
    fix: POWER,
  },
  under_voltage_before: {
    title: 'The power supply has dipped',
    sentence: () => 'It has been too weak at least once since the box was started.',
    fix: POWER,
  },
};

export const health = {
  checked: (when: string) => `Checked ${when}. Hearth looks by itself every minute.`,
  checkNow: 'Check now',
  checking: 'Checking',
  adminsOnly: 'Only those who look after the box can see this.',
  verdict: { good: 'Everything works.', warning: 'Everything works.', serious: 'Something is wrong.' },
  needs: (count: number) => (count === 1 ? 'One thing needs you.' : `${count} things need you.`),
  nothing: 'Nothing needs you.',
  seeBelow: 'What to do stands with each of them.',
  result: 'Result',
  waiting: (count: number) => (count === 1 ? '1 thing to do' : `${count} things to do`),
  states: { good: 'Good', warning: 'Needs you', serious: 'Does not work' },
  now: 'Right now',
  processor: 'Processor',
  memory: 'Memory',
  storage: 'Storage',
  temperature: 'Temperature',
  ofLimit: (celsius: number, limit: number) => `${celsius} °C of ${limit}`,
  /** “41 of 118 GB”, “412 MB of 1.9 GB”. */
  share: (used: number, total: number) => share(used, total, (part, all) => `${part} of ${all}`),
  percent,
  duration,
  rows,
  board: 'Board',
  version: 'Hearth',
  uptime: 'Running for',
  slot: 'System half',
};
