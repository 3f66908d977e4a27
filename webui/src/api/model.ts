/**
 * What goes over the wire, under the names that the screens use. The shapes are generated from the server
 * (schema.ts, by `./just types`); only what TypeScript can say more sharply than JSON Schema is said here.
 */
import type { components } from './schema';

type Schemas = components['schemas'];

/** A snowflake. Always a string: it does not fit into a JavaScript number. */
export type Id = string;

export const ChannelType = {
  text: 0,
  pair: 1,
  voice: 2,
  group: 3,
  category: 4,
  publicThread: 11,
  privateThread: 12,
} as const;
/** `recipientAdded` to `renamed`: what happened to a group, which nobody wrote. */
export const MessageType = {
  plain: 0,
  recipientAdded: 1,
  recipientRemoved: 2,
  renamed: 4,
  /** Of any channel: somebody has pinned the message that `message_reference` names. */
  pinned: 6,
  /** In a channel: a thread was begun there; in a thread: where it began. */
  threadCreated: 18,
  reply: 19,
  threadStarter: 21,
  pollResult: 46,
} as const;

/** `hasThread`: a thread began at it. */
export const MessageFlag = { suppressEmbeds: 1 << 2, hasThread: 1 << 5, voice: 1 << 13 } as const;

export type User = Schemas['User'];
export type Me = Schemas['Me'];
export type Role = Schemas['Role'];
/** `type` 0: a role, 1: a member. Permissions are bit sets in decimal; see guilds/permissions.ts. */
export type Overwrite = Schemas['OverwriteView'];
export type GuildChannel = Schemas['Channel'];
/** `member` where one follows it. */
export type Thread = Schemas['Thread'];
export type ThreadMember = Schemas['ThreadMember'];
export type ThreadPage = Schemas['ThreadPage'];
/**
 * Without `guild_id` a conversation: `recipients` are its other members, `name` is what it is called on the screen, and
 * `given_name` what a group was named. With `thread` a thread in the channel `parent_id`.
 */
export type Channel = Omit<GuildChannel, 'guild_id'> & {
  guild_id?: Id;
  recipients?: User[];
  given_name?: string | null;
  owner_id?: Id;
  thread?: Thread;
};
/** A conversation on the wire: `type` 1, a pair, or 3, a group. */
export type Conversation = Schemas['Conversation'];
/** What lists say of a conversation: its newest message, its words cut. */
export type LastMessage = Schemas['LastMessage'];
export type Member = Required<Pick<Schemas['Member'], 'user'>> & Schemas['Member'];
/** MESSAGE_CREATE carries the member without its user, who is the author. */
export type PartialMember = Schemas['Member'];
/** `id` is for a space's own emoji, without a name once it is deleted; the standard ones have none. */
export type Emoji = Omit<Schemas['Emoji'], 'id' | 'name'> & { id: Id | null; name: string | null };
export type GuildEmoji = Schemas['GuildEmoji'];
export type Reaction = Omit<Schemas['Reaction'], 'emoji'> & { emoji: Emoji };
/** `me_voted` is not told in events; see `withOwn` in messages/polls.ts. */
export type Poll = Schemas['Poll'];
export type Embed = Schemas['Embed'];
/** A file of a message. Addresses in `hearth` are on this box; the others are whole, for bots. */
export type Attachment = Schemas['Attachment'];
/** What the box knows of a file beyond Discord's fields. */
export type FileFacts = Schemas['Details'];
/** A file in the list of a channel's files. */
export type ListedFile = Schemas['FileOfChannel'];
/** Bits of a file's flags. */
export const AttachmentFlag = { spoiler: 1 << 3 } as const;
/** `referenced_message` absent: not a reply; null: the message it answers is gone. */
export type Message = Omit<Schemas['Message'], 'reactions' | 'referenced_message' | 'guild_id'> & {
  /** Absent in a conversation. */
  guild_id?: Id;
  reactions: Reaction[];
  referenced_message?: Message | null;
  member?: PartialMember;
};
/** The last five only for those who may manage invites. */
export type Invite = Schemas['Invite'] & Partial<Omit<Schemas['ManagedInvite'], keyof Schemas['Invite']>>;
/** A voice state in a space; those of conversations have no `guild_id`. */
export type VoiceState = Omit<Schemas['VoiceState'], 'guild_id' | 'member'> & {
  guild_id: Id;
  member?: Member;
};
/** Another person and what they are to oneself; `id` is theirs. */
export type Relationship = Schemas['Relationship'];
export type ReadState = Schemas['ReadState'];
export type Guild = Schemas['Guild'];
export type Limits = Schemas['Limits'];
export type Info = Schemas['Info'];
export type Session = Schemas['Session'];
export type Device = Schemas['Device'];
export type Health = Schemas['Health'];
export type Usage = Schemas['Usage'];
export type KeptFile = Schemas['KeptFile'];
export type StorageLimits = Schemas['StorageLimits'];
export type PreviewSettings = Schemas['PreviewSettings'];
export type HealthRow = Schemas['HealthRow'];
/** `token` only in the answer that made it. */
export type Bot = Schemas['Bot'] & Partial<Schemas['BotWithToken']>;
export type VoiceServerUpdate = Schemas['VoiceServer'];

export type Status = 'online' | 'idle' | 'dnd' | 'offline';
/** What one may choose; `invisible` is told to others as `offline`. */
export type ChosenStatus = 'online' | 'idle' | 'dnd' | 'invisible';
export type Presence = Omit<Schemas['Presence'], 'status'> & { status: Status };

/** A guild as READY and GUILD_CREATE bring it: with everything in it that one may see. */
export type FullGuild = Omit<Schemas['FullGuild'], 'members' | 'presences' | 'voice_states' | 'threads'> & {
  /** The open ones that one sees. */
  threads: Thread[];
  members: Member[];
  presences: Presence[];
  voice_states: VoiceState[];
};
export type Ready = Omit<
  Schemas['ReadyPayload'],
  'guilds' | 'private_channels' | 'relationships' | 'presences'
> & {
  guilds: FullGuild[];
  /** The conversations that are open in one's list. */
  private_channels?: Conversation[];
  relationships: Relationship[];
  /** Of the friends who are about. */
  presences: Presence[];
};

export type TrackKind = 'mic' | 'camera' | 'screen' | 'screen_audio';
export type RtcOffer = Omit<Schemas['Offer'], 'slots' | 'tracks'> & {
  tracks: { mid: string; user_id: Id; kind: TrackKind }[];
  slots: Record<TrackKind, string>;
};

interface Sharper {
  READY: Ready;
  GUILD_CREATE: FullGuild;
  CHANNEL_CREATE: GuildChannel | Conversation;
  CHANNEL_UPDATE: GuildChannel | Conversation;
  CHANNEL_DELETE: GuildChannel | Conversation;
  CHANNEL_RECIPIENT_ADD: { channel_id: Id; user: User };
  CHANNEL_RECIPIENT_REMOVE: { channel_id: Id; user: User };
  MESSAGE_CREATE: Message;
  /** Reactions are left out: who reads them differs. */
  MESSAGE_UPDATE: Partial<Message> & { id: Id; channel_id: Id };
  GUILD_MEMBER_ADD: Member & { guild_id: Id };
  GUILD_MEMBER_UPDATE: Member & { guild_id: Id };
  MESSAGE_REACTION_REMOVE_EMOJI: Schemas['Unreacted'] & { emoji: Emoji };
  PRESENCE_UPDATE: Presence;
  VOICE_STATE_UPDATE: Omit<VoiceState, 'guild_id'> & { guild_id?: Id };
  HEARTH_RTC_OFFER: RtcOffer;
}

/** Every event of the gateway by its name on the wire. */
export type GatewayEvents = Omit<Schemas['GatewayEvents'], keyof Sharper> & Sharper;
export type GatewayEvent = keyof GatewayEvents;

/** The body of every refusal. */
export interface ErrorBody {
  code: number;
  key: string;
  message: string;
  errors?: Record<string, unknown>;
  facts?: Record<string, number>;
  retry_after?: number;
}
