/** The one connection to the box.  Domains import `rest` and `gateway` from here, tests make their own. */
import { Gateway } from './gateway';
import { Rest } from './rest';

export { ApiError, Unreachable } from './errors';
export { Op } from './gateway';
export type { GatewayStatus } from './gateway';

export const rest = new Rest();
export const gateway = new Gateway({ token: () => rest.token() });
