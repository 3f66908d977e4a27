/** What cannot simply be done again and is asked for once: the end of a friendship, of all contact, of a membership. */
export type Ending = 'friendship' | 'contact' | 'membership';
