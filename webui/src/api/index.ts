/** The one connection to the box.  Domains import `rest` and `gateway` from here, tests make their own. */
import { Gateway } from './gateway';
import { Rest } from './rest';
import { Sayings } from './say';

export { boxClock } from './clock';
export { ApiError, Unreachable } from './errors';
export { Op } from './gateway';
export type { GatewayStatus } from './gateway';
export type { Saying } from './say';

export const rest = new Rest();
export const gateway = new Gateway({ token: () => rest.token() });
export const sayings = new Sayings(gateway);
