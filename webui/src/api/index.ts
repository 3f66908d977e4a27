/** The one connection to the box.  Domains import `rest` and `gateway` from here, tests make their own. */
import { Gateway } from './gateway';
import { Rest } from './rest';
import { MessageSender } from './message-sender';

export { boxClock } from './clock';
export { ApiError, Unreachable } from './errors';
export { Op } from './gateway';
export type { GatewayStatus } from './gateway';
export type { OutgoingMessage } from './message-sender';

export const rest = new Rest();
export const gateway = new Gateway({ token: () => rest.token() });
export const messageSender = new MessageSender(gateway);
