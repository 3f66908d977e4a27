import type { NoFacts } from '@/api/error-keys';

/** What a catalogue says of each key that comes over the wire, with its facts; the keys are made from the server's. */
export type Sentences<Facts> = { readonly [Key in keyof Facts]: (facts: Facts[Key]) => string };

/** A row of the health page; `fix` is what to do, where something is wrong. */
export interface Row<Facts> {
  title: string;
  sentence: (facts: Facts) => string;
  fix?: string;
}

export type Rows<Facts> = { readonly [Key in keyof Facts]: Row<Facts[Key]> };

/** What the page itself finds out about something that was to be sent. */
export interface PageFacts {
  readonly half_character: NoFacts;
  readonly unsendable: NoFacts;
  readonly line_lost: NoFacts;
  readonly no_answer: NoFacts;
}
