/** Keeps the screen awake during a call, where the browser can. It lets go whenever the page is hidden: ask again. */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;

  keep(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#ask);
    this.#ask();
  }

  release(): void {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#ask);
    void this.#lock?.release();
    this.#lock = null;
  }

  #ask = (): void => {
    if (!this.#wanted || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    navigator.wakeLock.request('screen').then(
      (lock) => {
        if (this.#wanted) this.#lock = lock;
        else void lock.release();
      },
      // A low battery forbids it: the screen goes dark, the call goes on.
      () => undefined,
    );
  };
}
