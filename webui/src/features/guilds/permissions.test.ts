import { describe, expect, it } from 'vitest';

import type { Overwrite } from '@/api/model';
import { channel, guild, GUILD, member, NORA, ROSE } from '@/testing/fake-box';

import { channelPermissions, guildPermissions, Permission, rank } from './permissions';

const role = (id: string, permissions: bigint, position = 1) => ({
  id,
  name: id,
  color: 0,
  hoist: false,
  icon: null,
  position,
  permissions: String(permissions),
  managed: false,
  mentionable: false,
  flags: 0,
});
const guildOfNora = guild({
  roles: [
    role(GUILD, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES, 0),
    role('1', Permission.MANAGE_MESSAGES, 2),
    role('2', Permission.ADMINISTRATOR, 5),
  ],
});
const over = (id: string, type: 0 | 1, allow: bigint, deny: bigint): Overwrite => ({
  id,
  type,
  allow: String(allow),
  deny: String(deny),
});
const has = (bits: bigint, permission: bigint) => (bits & permission) !== 0n;

describe('what somebody may do', () => {
  it('is what everyone may and what their roles add', () => {
    const bits = guildPermissions(guildOfNora, member(ROSE, ['1']));
    expect(has(bits, Permission.SEND_MESSAGES)).toBe(true);
    expect(has(bits, Permission.MANAGE_MESSAGES)).toBe(true);
    expect(has(bits, Permission.MANAGE_GUILD)).toBe(false);
  });

  it('is everything for the owner and for administrators, whatever a channel says', () => {
    const shut = channel({ permission_overwrites: [over(GUILD, 0, 0n, Permission.VIEW_CHANNEL)] });
    expect(has(channelPermissions(guildOfNora, member(NORA), shut), Permission.MANAGE_CHANNELS)).toBe(true);
    expect(has(channelPermissions(guildOfNora, member(ROSE, ['2']), shut), Permission.MANAGE_CHANNELS)).toBe(
      true,
    );
    expect(channelPermissions(guildOfNora, member(ROSE), shut)).toBe(0n);
  });

  it('is decided by everyone, then the roles together, then the member', () => {
    const strict = channel({
      permission_overwrites: [
        over(GUILD, 0, 0n, Permission.SEND_MESSAGES),
        over('1', 0, Permission.SEND_MESSAGES, 0n),
        over(ROSE.id, 1, 0n, Permission.SEND_MESSAGES),
      ],
    });
    expect(has(channelPermissions(guildOfNora, member(ROSE, ['1']), strict), Permission.SEND_MESSAGES)).toBe(
      false,
    );
    const others = channel({ permission_overwrites: strict.permission_overwrites.slice(0, 2) });
    expect(has(channelPermissions(guildOfNora, member(ROSE, ['1']), others), Permission.SEND_MESSAGES)).toBe(
      true,
    );
    expect(has(channelPermissions(guildOfNora, member(ROSE), others), Permission.SEND_MESSAGES)).toBe(false);
  });

  it('depends on the highest role when it is about people', () => {
    expect(rank(guildOfNora, member(NORA))).toBe(Infinity);
    expect(rank(guildOfNora, member(ROSE, ['1', '2']))).toBe(5);
    expect(rank(guildOfNora, member(ROSE))).toBe(0);
  });
});
