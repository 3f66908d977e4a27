/**
 * What goes over the wire, exactly as docs/protocol.md has it.
 *
 * Kept in one file because it will be generated from the server's OpenAPI; nothing here is a choice of the web UI.
 */

/** A snowflake. Always a string: it does not fit into a JavaScript number. */
export type Id = string;

export interface User {
  id: Id;
  username: string;
  /** The display name; null if the person has chosen none. */
  global_name: string | null;
  discriminator: string;
  avatar: string | null;
  bot?: boolean;
}

export interface Me extends User {
  mfa_enabled: boolean;
  verified: boolean;
  email: string | null;
  locale: string;
  flags: number;
  hearth_admin: boolean;
}

export interface Role {
  id: Id;
  name: string;
  color: number;
  hoist: boolean;
  icon: string | null;
  position: number;
  /** A bit set in decimal; see guilds/permissions.ts. */
  permissions: string;
  managed: boolean;
  mentionable: boolean;
  flags: number;
}

export interface Overwrite {
  id: Id;
  /** 0 a role, 1 a member. */
  type: 0 | 1;
  allow: string;
  deny: string;
}

export const ChannelType = { text: 0, voice: 2, category: 4 } as const;

export interface Channel {
  id: Id;
  type: number;
  guild_id: Id;
  name: string;
  position: number;
  parent_id: Id | null;
  permission_overwrites: Overwrite[];
  nsfw: boolean;
  /** Text channels only, as are the next two. */
  topic?: string | null;
  last_message_id?: Id | null;
  rate_limit_per_user?: number;
  /** Voice channels only, as are the next two. */
  bitrate?: number;
  user_limit?: number;
  rtc_region?: string | null;
}

export interface Member {
  user: User;
  nick: string | null;
  avatar: string | null;
  roles: Id[];
  joined_at: string;
  deaf: boolean;
  mute: boolean;
  flags: number;
  pending: boolean;
  communication_disabled_until: string | null;
}

/** MESSAGE_CREATE, TYPING_START and voice states carry the member; inside a message without its user. */
export type PartialMember = Omit<Member, 'user'> & { user?: User };

export interface Emoji {
  id: Id | null;
  name: string;
}

export interface Reaction {
  count: number;
  me: boolean;
  emoji: Emoji;
}

export interface MessageReference {
  message_id: Id;
  channel_id?: Id;
  guild_id?: Id;
}

export const MessageType = { plain: 0, reply: 19 } as const;

export interface Message {
  id: Id;
  channel_id: Id;
  guild_id?: Id;
  author: User;
  content: string;
  timestamp: string;
  edited_timestamp: string | null;
  tts: boolean;
  mention_everyone: boolean;
  mentions: User[];
  mention_roles: Id[];
  attachments: unknown[];
  embeds: unknown[];
  components: unknown[];
  reactions: Reaction[];
  pinned: boolean;
  type: number;
  flags: number;
  nonce?: string | number;
  message_reference?: MessageReference;
  /** Absent: not a reply. Null: the message it answers is gone. */
  referenced_message?: Message | null;
  member?: PartialMember;
}

export interface Invite {
  code: string;
  guild: { id: Id; name: string; icon: string | null; description: string | null; features: string[] };
  channel: { id: Id; name: string; type: number };
  inviter: User | null;
  approximate_member_count: number;
  expires_at: string | null;
  /** Only for those who may manage invites, as are the next four. */
  uses?: number;
  max_uses?: number;
  max_age?: number;
  temporary?: boolean;
  created_at?: string;
}

export interface VoiceState {
  guild_id: Id;
  /** Null: has left. */
  channel_id: Id | null;
  user_id: Id;
  member?: Member;
  session_id: string;
  deaf: boolean;
  mute: boolean;
  self_deaf: boolean;
  self_mute: boolean;
  self_video: boolean;
  self_stream?: boolean;
  suppress: boolean;
  request_to_speak_timestamp: string | null;
  /** When this person came into this channel. */
  hearth_since?: string | null;
}

export type Status = 'online' | 'idle' | 'dnd' | 'offline';
/** What one may choose; `invisible` is told to others as `offline`. */
export type ChosenStatus = 'online' | 'idle' | 'dnd' | 'invisible';

export interface Presence {
  user: { id: Id };
  guild_id: Id;
  status: Status;
  activities: unknown[];
  client_status: Record<string, string>;
}

export interface ReadState {
  id: Id;
  last_message_id: Id | null;
  mention_count: number;
}

export interface Guild {
  id: Id;
  name: string;
  icon: string | null;
  description: string | null;
  owner_id: Id;
  roles: Role[];
  emojis: unknown[];
  stickers: unknown[];
  features: string[];
  member_count: number;
  verification_level: number;
  default_message_notifications: number;
  explicit_content_filter: number;
  mfa_level: number;
  system_channel_id: Id | null;
  afk_channel_id: Id | null;
  afk_timeout: number;
  premium_tier: number;
  preferred_locale: string;
  nsfw_level: number;
  system_channel_flags: number;
}

/** A guild as READY and GUILD_CREATE bring it: with everything in it that one may see. */
export interface FullGuild extends Guild {
  joined_at: string;
  large: boolean;
  unavailable: boolean;
  channels: Channel[];
  members: Member[];
  voice_states: VoiceState[];
  presences: Presence[];
}

export interface Limits {
  message_length: number;
  [name: string]: number;
}

export interface Info {
  version: string;
  name: string;
  setup_required: boolean;
  registration: string;
  api: string[];
  features: string[];
  limits: Limits;
}

export interface Session {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  user: Me;
}

/** One signed-in device. */
export interface Device {
  id: Id;
  device: string;
  created_at: string;
  last_used_at: string;
  current: boolean;
}

export interface Bot {
  id: Id;
  name: string;
  /** Only in the answer that made it. */
  token?: string;
}

export interface Ready {
  v: number;
  user: Me;
  guilds: FullGuild[];
  private_channels: Channel[];
  relationships: unknown[];
  read_state: ReadState[];
  session_id: string;
  resume_gateway_url: string;
  hearth: { version: string; features: string[]; limits: Limits };
}

export interface VoiceServerUpdate {
  guild_id: Id;
  channel_id: Id;
  token: string;
  endpoint: string;
  hearth: true;
  rtc_session_id: string;
}

export type TrackKind = 'mic' | 'camera' | 'screen' | 'screen_audio';

export interface RtcOffer {
  rtc_session_id: string;
  revision: number;
  sdp: string;
  tracks: { mid: string; user_id: Id; kind: TrackKind }[];
  slots: Record<TrackKind, string>;
}

interface ReactionTarget {
  channel_id: Id;
  message_id: Id;
  guild_id?: Id;
}

/** Every event of the gateway by its name on the wire. */
export interface GatewayEvents {
  READY: Ready;
  RESUMED: unknown;
  GUILD_CREATE: FullGuild;
  GUILD_UPDATE: Guild;
  GUILD_DELETE: { id: Id; unavailable?: boolean };
  GUILD_MEMBER_ADD: Member & { guild_id: Id };
  GUILD_MEMBER_UPDATE: Partial<Member> & { guild_id: Id; user: User };
  GUILD_MEMBER_REMOVE: { guild_id: Id; user: User };
  GUILD_ROLE_CREATE: { guild_id: Id; role: Role };
  GUILD_ROLE_UPDATE: { guild_id: Id; role: Role };
  GUILD_ROLE_DELETE: { guild_id: Id; role_id: Id };
  CHANNEL_CREATE: Channel;
  CHANNEL_UPDATE: Channel;
  CHANNEL_DELETE: Channel;
  MESSAGE_CREATE: Message;
  MESSAGE_UPDATE: Partial<Message> & { id: Id; channel_id: Id };
  MESSAGE_DELETE: { id: Id; channel_id: Id; guild_id?: Id };
  MESSAGE_DELETE_BULK: { ids: Id[]; channel_id: Id; guild_id?: Id };
  MESSAGE_ACK: { channel_id: Id; message_id: Id; mention_count?: number };
  MESSAGE_REACTION_ADD: ReactionTarget & { user_id: Id; emoji: Emoji };
  MESSAGE_REACTION_REMOVE: ReactionTarget & { user_id: Id; emoji: Emoji };
  MESSAGE_REACTION_REMOVE_ALL: ReactionTarget;
  MESSAGE_REACTION_REMOVE_EMOJI: ReactionTarget & { emoji: Emoji };
  TYPING_START: { channel_id: Id; guild_id?: Id; user_id: Id; timestamp: number; member?: Member };
  PRESENCE_UPDATE: Presence;
  USER_UPDATE: Me;
  INVITE_CREATE: { code: string; channel_id: Id; guild_id: Id };
  INVITE_DELETE: { code: string; channel_id: Id; guild_id: Id };
  VOICE_STATE_UPDATE: VoiceState;
  VOICE_SERVER_UPDATE: VoiceServerUpdate;
  HEARTH_VOICE_REFUSED: { guild_id: Id; channel_id: Id; key: string; message: string };
  HEARTH_RTC_OFFER: RtcOffer;
  HEARTH_SPEAKING: { guild_id: Id; channel_id: Id; user_id: Id; speaking: boolean };
}

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
