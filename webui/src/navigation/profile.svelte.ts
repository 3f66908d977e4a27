/** Whose profile card is open, and beside what. Names and faces everywhere open it; `features/people` shows it. */
import type { Id, User } from '@/api/model';
import { justClosed } from '@/ui/popover';

export interface ShownProfile {
  userId: Id;
  /** The space in which they were met: their nickname and roles there are shown. */
  guildId: Id | null;
  /** Helps with those who have left and are known from a message only. */
  user: User | undefined;
  at: HTMLElement | { x: number; y: number };
}

class Profile {
  shown: ShownProfile | null = $state.raw(null);

  /** Open it beside what was pressed, or close it if that had opened it. */
  toggle(event: Event & { currentTarget: HTMLElement }, who: Omit<ShownProfile, 'at'>): void {
    event.stopPropagation();
    if (!justClosed(event.currentTarget)) this.shown = { ...who, at: event.currentTarget };
  }

  open(who: ShownProfile): void {
    this.shown = who;
  }

  close(): void {
    this.shown = null;
  }
}

export const profile = new Profile();
