/** Keys as a person means them. */

/** What browsers without `isComposing` tell of a key that goes to the input method (UI Events, “legacy key attributes”). */
const TO_INPUT_METHOD = 229;

/**
 * A key that chooses or ends what an input method puts together (Japanese, Chinese, Korean, dictation): it is not meant for
 * us.  Safari ends the composition before it tells of the Enter that ended it, so there only the number is left.
 */
export function composing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells of it in Safari
  return event.isComposing || event.keyCode === TO_INPUT_METHOD;
}

/** Enter, and with it nothing that would mean something else: what a list takes for “this one”. */
export function plainEnter(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
}
