/**
 * Two switches of one's own: whether one is heard, and whether one hears.
 *
 * Hearing nobody, one is not heard either; hearing again brings back what was before.
 */
export class Mutes {
  mute = $state(false);
  deaf = $state(false);
  #muteBefore = false;

  toggleDeaf(): void {
    this.deaf = !this.deaf;
    if (this.deaf) this.#muteBefore = this.mute;
    this.mute = this.deaf || this.#muteBefore;
  }

  /** Whoever wants to be heard wants to hear, too. */
  toggleMute(): void {
    if (this.deaf) {
      this.toggleDeaf();
      if (!this.mute) return;
    }
    this.mute = !this.mute;
  }
}
