/** Made by `./just types` from `appliance/client_constants.py`. */
export const Permission = {
  CREATE_INSTANT_INVITE: 1n << 0n,
  KICK_MEMBERS: 1n << 1n,
  BAN_MEMBERS: 1n << 2n,
  ADMINISTRATOR: 1n << 3n,
  MANAGE_CHANNELS: 1n << 4n,
  MANAGE_GUILD: 1n << 5n,
  ADD_REACTIONS: 1n << 6n,
  VIEW_AUDIT_LOG: 1n << 7n,
  PRIORITY_SPEAKER: 1n << 8n,
  STREAM: 1n << 9n,
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  SEND_TTS_MESSAGES: 1n << 12n,
  MANAGE_MESSAGES: 1n << 13n,
  EMBED_LINKS: 1n << 14n,
  ATTACH_FILES: 1n << 15n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  MENTION_EVERYONE: 1n << 17n,
  USE_EXTERNAL_EMOJIS: 1n << 18n,
  CONNECT: 1n << 20n,
  SPEAK: 1n << 21n,
  MUTE_MEMBERS: 1n << 22n,
  DEAFEN_MEMBERS: 1n << 23n,
  MOVE_MEMBERS: 1n << 24n,
  USE_VAD: 1n << 25n,
  CHANGE_NICKNAME: 1n << 26n,
  MANAGE_NICKNAMES: 1n << 27n,
  MANAGE_ROLES: 1n << 28n,
  MANAGE_WEBHOOKS: 1n << 29n,
  MANAGE_EMOJIS: 1n << 30n,
  MANAGE_THREADS: 1n << 34n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  CREATE_PRIVATE_THREADS: 1n << 36n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
  CREATE_GUILD_EXPRESSIONS: 1n << 43n,
  SEND_POLLS: 1n << 49n,
  PIN_MESSAGES: 1n << 51n,
} as const;

/** What each recipient of a conversation may do there. */
export const IN_CONVERSATION =
  Permission.ADD_REACTIONS |
  Permission.STREAM |
  Permission.VIEW_CHANNEL |
  Permission.SEND_MESSAGES |
  Permission.EMBED_LINKS |
  Permission.ATTACH_FILES |
  Permission.READ_MESSAGE_HISTORY |
  Permission.USE_EXTERNAL_EMOJIS |
  Permission.CONNECT |
  Permission.SPEAK |
  Permission.USE_VAD |
  Permission.SEND_POLLS |
  Permission.PIN_MESSAGES;

/** What is left of it in a direct message between two people of whom one has blocked the other. */
export const READ_ONLY =
  Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY | Permission.USE_EXTERNAL_EMOJIS;

export const RelationshipType = {
  friend: 1,
  blocked: 2,
  incoming: 3,
  outgoing: 4,
} as const;

/** Lengths in code points; a group's size with everybody in it; a picture's in bytes. */
export const limits = {
  messageLength: 2000,
  topicLength: 1024,
  descriptionLength: 300,
  nicknameLength: 32,
  shortestPassword: 8,
  groupSize: 10,
  emojiBytes: 2097152,
} as const;
