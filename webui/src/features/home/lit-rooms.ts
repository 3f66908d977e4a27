/** Where somebody is now: rooms with people in them, from every space, those with most people first. */
import { ChannelType } from '@/api/model';
import type { Channel, Guild, Id, VoiceState } from '@/api/model';
import { channels } from '@/features/channels';
import { guilds } from '@/features/guilds';
import { voice } from '@/features/voice';

export interface LitRoom {
  guild: Guild;
  channel: Channel;
  people: VoiceState[];
}

export function litRooms(): LitRoom[] {
  return guilds.list
    .flatMap((guild) => channels.of(guild.id).map((channel) => ({ guild, channel })))
    .filter(({ channel }) => channel.type === ChannelType.voice)
    .map((one) => ({ ...one, people: voice.states.inChannel(one.channel.id) }))
    .filter(({ people }) => people.length > 0)
    .sort((a, b) => b.people.length - a.people.length);
}

/** The room that somebody is in; undefined if they are in none that one can see. */
export function roomOf(userId: Id): LitRoom | undefined {
  return litRooms().find(({ people }) => people.some((state) => state.user_id === userId));
}
