/**
 * What others let one do in a call, as the box says it, and what to tell when that changes.
 *
 * A newcomer would reckon it from roles: but a moderator's mute is in none, and whoever was moved into a room that they do
 * not see does not know its overwrites.
 */
import type { VoiceState } from '@/api/model';
import type { ChannelRef, RightsChange } from './ports';
import type { Sending } from './sending.svelte';

interface Call {
  readonly channel: ChannelRef | null;
  /** One's own state as the box sees it. */
  readonly mine: VoiceState | undefined;
  readonly sending: Sending;
}

export class Rights {
  constructor(
    private readonly call: Call,
    private readonly tell: (change: RightsChange) => void,
  ) {}

  /** Why nobody hears one, whatever one's own switch says; null: nothing is in the way. */
  get silence(): 'muted' | 'mayNotSpeak' | null {
    const { mine } = this.call;
    if (mine?.suppress === true) return 'mayNotSpeak';
    return mine?.mute === true ? 'muted' : null;
  }

  /** Camera and screen. Until the box has said anything, nothing is forbidden. */
  get mayShow(): boolean {
    return this.call.mine?.hearth_may_stream !== false;
  }

  /** Whether one's own switch does anything; told if not. */
  mayUnmute(): boolean {
    if (this.silence === null) return true;
    this.tell(this.silence);
    return false;
  }

  /** The same for camera and screen; switching off is always allowed. */
  mayToggle(what: 'camera' | 'screen'): boolean {
    if (this.call.channel === null) return false;
    if (this.call.sending[what] !== 'off' || this.mayShow) return true;
    this.tell('mayNotShow');
    return false;
  }

  /** One's own state has become another. */
  changed(before: VoiceState | undefined, now: VoiceState): void {
    const { channel, sending } = this.call;
    if (channel === null || now.channel_id !== channel.channelId) return;
    if (before?.channel_id === now.channel_id) for (const change of changesOf(before, now)) this.tell(change);
    const shows = sending.camera !== 'off' || sending.screen !== 'off';
    if (now.hearth_may_stream || !shows) return;
    // Nobody is shown it any more: its light must not stay on.
    void sending.setCamera(false);
    void sending.setScreen(false);
    this.tell('stoppedShowing');
  }
}

/** What to tell of a change while one is in the same room. */
function changesOf(before: VoiceState, now: VoiceState): RightsChange[] {
  const found: RightsChange[] = [];
  if (before.suppress !== now.suppress) found.push(now.suppress ? 'mayNotSpeak' : 'maySpeak');
  // Who may not speak is not helped by hearing that they are muted no longer.
  if (before.mute !== now.mute && !now.suppress) found.push(now.mute ? 'muted' : 'unmuted');
  if (before.deaf !== now.deaf) found.push(now.deaf ? 'deafened' : 'undeafened');
  return found;
}
