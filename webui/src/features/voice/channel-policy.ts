/**
 * What a room asks of this browser: to be heard only while a key is held, and to duck the others while somebody with
 * priority is heard.
 *
 * The box says what is asked (`hearth_push_to_talk`, `hearth_priority_speaker`); it cannot see a key, nor how loud a
 * voice is played, so doing it is the client's part.
 */
import type { Id } from '@/api/model';
import type { Playback } from './playback';
import type { ChannelRef } from './ports';
import type { Prefs } from './prefs.svelte';
import type { VoiceStates } from './voice-states.svelte';

/** Over the pauses between two words, or the others would surge up in each. */
export const DUCK_RELEASE_MS = 700;

interface Call {
  readonly states: VoiceStates;
  readonly prefs: Prefs;
  readonly playback: Playback;
  readonly me: Id;
}

export class ChannelPolicy {
  #ducked = false;
  #ending: ReturnType<typeof setTimeout> | undefined;

  /** `pushChanged`: push to talk is forced now, or no longer. */
  constructor(
    private readonly call: Call,
    private readonly pushChanged: () => void,
  ) {}

  /** Look again at the room that one is in; null: in none. Call it after every change there. */
  follow(channel: ChannelRef | null): void {
    const people = channel === null ? [] : this.call.states.inChannel(channel.channelId);
    const mine = people.find((state) => state.user_id === this.call.me);
    this.#force(mine?.hearth_push_to_talk === true);
    const loud = people
      .filter((state) => state.hearth_priority_speaker && state !== mine)
      .map((state) => state.user_id)
      .filter((id) => this.call.states.speaking.has(id));
    if (loud.length > 0) this.#duck(new Set(loud));
    else if (channel === null) this.#end();
    else if (this.#ducked) this.#ending ??= setTimeout(() => this.#end(), DUCK_RELEASE_MS);
  }

  #force(forced: boolean): void {
    if (forced === this.call.prefs.pushToTalkForced) return;
    this.call.prefs.pushToTalkForced = forced;
    this.pushChanged();
  }

  #duck(loud: ReadonlySet<Id>): void {
    clearTimeout(this.#ending);
    this.#ending = undefined;
    this.#ducked = true;
    this.call.playback.duck(loud);
  }

  #end(): void {
    clearTimeout(this.#ending);
    this.#ending = undefined;
    if (!this.#ducked) return;
    this.#ducked = false;
    this.call.playback.duck(null);
  }
}
