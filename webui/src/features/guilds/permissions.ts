/**
 * What a member may do, as Discord's v10 reckons it.
 *
 * The box decides; this only keeps the screen from offering what would be refused.
 */
import { Permission } from '@/api/constants';
import type { Channel, Guild, Id, Member, Overwrite } from '@/api/model';

export { Permission };

const ALL = (1n << 64n) - 1n;

export function guildPermissions(guild: Guild, member: Member): bigint {
  if (guild.owner_id === member.user.id) return ALL;
  const held = new Set<Id>([guild.id, ...member.roles]);
  let bits = 0n;
  for (const role of guild.roles) if (held.has(role.id)) bits |= BigInt(role.permissions);
  return (bits & Permission.ADMINISTRATOR) === 0n ? bits : ALL;
}

/** First @everyone's overwrite, then those of all roles together, then the member's own. */
export function channelPermissions(guild: Guild, member: Member, channel: Channel): bigint {
  const base = guildPermissions(guild, member);
  if (base === ALL) return ALL;
  const overwrites = new Map(channel.permission_overwrites.map((one) => [one.id, one]));
  let bits = apply(base, [overwrites.get(guild.id)]);
  bits = apply(
    bits,
    member.roles.filter((role) => role !== guild.id).map((role) => overwrites.get(role)),
  );
  bits = apply(bits, [overwrites.get(member.user.id)]);
  // Who cannot see a channel can do nothing in it.
  return (bits & Permission.VIEW_CHANNEL) === 0n ? 0n : bits;
}

function apply(bits: bigint, overwrites: (Overwrite | undefined)[]): bigint {
  let allow = 0n;
  let deny = 0n;
  for (const overwrite of overwrites) {
    allow |= BigInt(overwrite?.allow ?? '0');
    deny |= BigInt(overwrite?.deny ?? '0');
  }
  return (bits & ~deny) | allow;
}

/** The position of a member's highest role; the owner stands above all. */
export function rank(guild: Guild, member: Member): number {
  if (guild.owner_id === member.user.id) return Infinity;
  let highest = 0;
  for (const role of guild.roles) {
    if (member.roles.includes(role.id)) highest = Math.max(highest, role.position);
  }
  return highest;
}
