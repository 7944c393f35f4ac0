import * as v from 'valibot';
import { checkOptions } from '../common/check-against-schema.js';
import { isHost } from '../common/hosts.js';
import type { ListenOptions } from '../http/listen.js';
import { wholeNumber } from './option-values.js';

const Options = v.object({
  port: wholeNumber(0, 65_535),
  hostname: v.optional(
    v.pipe(
      v.string(),
      v.check(
        isHost,
        'must be a host name, or an IP address in full like 127.0.0.1, without a port',
      ),
    ),
  ),
  overrideGlobalObjects: v.optional(v.boolean()),
  keepAlive: wholeNumber(1, 86_400),
  drain: wholeNumber(0, 3_600),
  requestTime: wholeNumber(1, 3_600),
});

/**
 * Refuses options for listening that make no sense.
 *
 * @throws {RelayError} `invalid-option`; the message names the option.
 */
export function checkListenOptions(options: Partial<ListenOptions>): void {
  checkOptions(Options, options);
}
