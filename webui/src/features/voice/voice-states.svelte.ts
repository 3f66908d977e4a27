/**
 * Who is in which voice channel, and whose voice is heard: the same for those in the call and for those who only look on.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { FullGuild, GatewayEvents, Id, VoiceState } from '@/api/model';

/** One's voice state is per space; in one space one is in one room at most. */
function keyOf(state: { guild_id: Id; user_id: Id }): string {
  return `${state.guild_id}:${state.user_id}`;
}

export class VoiceStates {
  #states = new SvelteMap<string, VoiceState>();
  /** People whose voice is heard now. */
  readonly speaking = new SvelteSet<Id>();

  /** Those in a room, in the order in which they came. */
  inChannel(channelId: Id): VoiceState[] {
    return [...this.#states.values()]
      .filter((state) => state.channel_id === channelId)
      .sort((a, b) => a.hearth_since.localeCompare(b.hearth_since));
  }

  of(guildId: Id, userId: Id): VoiceState | undefined {
    return this.#states.get(keyOf({ guild_id: guildId, user_id: userId }));
  }

  /** Since when a room is lit (epoch ms); null if it is empty or the box did not say. */
  occupiedSince(channelId: Id): number | null {
    const first = this.inChannel(channelId)[0]?.hearth_since ?? null;
    return first === null ? null : Date.parse(first);
  }

  /** READY: nothing that was known before still counts. */
  replace(guilds: readonly FullGuild[]): void {
    this.#states.clear();
    this.speaking.clear();
    for (const guild of guilds) this.addGuild(guild);
  }

  addGuild(guild: FullGuild): void {
    for (const state of guild.voice_states) this.update({ ...state, guild_id: guild.id });
  }

  update(state: VoiceState): void {
    if (state.channel_id === null) this.#states.delete(keyOf(state));
    else this.#states.set(keyOf(state), state);
    if (state.channel_id === null || state.mute || state.self_mute || state.suppress)
      this.speaking.delete(state.user_id);
  }

  removeGuild(guildId: Id): void {
    this.#remove((state) => state.guild_id === guildId);
  }

  removeChannel(channelId: Id): void {
    this.#remove((state) => state.channel_id === channelId);
  }

  removeMember(guildId: Id, userId: Id): void {
    this.#remove((state) => state.guild_id === guildId && state.user_id === userId);
  }

  setSpeaking({ guild_id, user_id, channel_id, speaking }: GatewayEvents['HEARTH_SPEAKING']): void {
    // An event that was on its way when the person left must not light a ring that nothing puts out.
    const state = guild_id === undefined ? undefined : this.of(guild_id, user_id);
    if (speaking && state?.channel_id === channel_id) this.speaking.add(user_id);
    else this.speaking.delete(user_id);
  }

  #remove(which: (state: VoiceState) => boolean): void {
    for (const [key, state] of [...this.#states]) {
      if (!which(state)) continue;
      this.#states.delete(key);
      this.speaking.delete(state.user_id);
    }
  }
}
