/** How slowly a channel or a thread may go, and how long a thread stays open without a message. */
import { t } from '@/i18n';

/** Seconds between two messages of somebody; the box takes any number up to the last. */
export const SLOW_SECONDS = [0, 5, 10, 30, 60, 300, 900, 3600, 21_600] as const;
/** Minutes, as the public API has them. */
export const OPEN_MINUTES = [60, 1440, 4320, 10_080] as const;

export const slowWords = (seconds: number): string => (seconds === 0 ? t.pace.off : t.pace.every(seconds));
export const openWords = (minutes: number): string => t.pace.openFor(minutes);
