/** What a call needs from the app around it, and what it tells the app. */
import type { GatewayEvents, Id, TrackKind } from '@/api/model';
import type { MediaError } from './media';
import type { Signalling } from './rtc';

export interface ChannelRef {
  guildId: Id;
  channelId: Id;
}

export type Phase = 'idle' | 'joining' | 'connected' | 'reconnecting';

/** What others have done to what one may do in a call; `mayNot…`: one has pressed what is not allowed. */
export type RightsChange =
  | 'muted'
  | 'unmuted'
  | 'deafened'
  | 'undeafened'
  | 'mayNotSpeak'
  | 'maySpeak'
  | 'mayNotShow'
  | 'stoppedShowing';

/** Something that happened to one's call, for the app to put into words. */
export type Notice =
  | { about: 'refused'; key: string; message: string }
  | { about: 'elsewhere' | 'removed' | 'moved' | 'closed' | 'unreachable' }
  | { about: 'held'; kinds: readonly TrackKind[] }
  | { about: 'rights'; change: RightsChange }
  | { about: 'device'; error: MediaError };

export interface GatewayPort {
  readonly sessionId: string | null;
  on<E extends keyof GatewayEvents>(event: E, handler: (data: GatewayEvents[E]) => void): () => void;
  send(op: number, d: unknown): boolean;
}

export interface CallDeps {
  gateway: GatewayPort;
  signalling: Signalling;
  me: () => Id;
  tell: (notice: Notice) => void;
}
