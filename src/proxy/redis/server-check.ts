import { RelayError } from '../../common/relay-error.js';
import { RedisRefusal, UntrustedRedis } from './redis-failure.js';

/** The oldest Redis that has all commands. */
const OLDEST = [6, 2] as const;

/**
 * Refuses a Redis that cannot keep what the proxy entrusts to it.
 *
 * @param info - what `INFO` says.
 * @throws {RelayError} `invalid-option`; the message is one sentence.
 */
export function checkServer(info: string): void {
  const fields = fieldsOf(info);
  const version = fields.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (version !== '' && isOld) {
    throw wrong(`leads to a Redis ${version}: it must be ${OLDEST.join('.')} or newer.`);
  }
  // Valkey calls its mode otherwise.
  const modes = [fields.get('redis_mode'), fields.get('server_mode')];
  if (fields.get('cluster_enabled') === '1' || modes.includes('cluster')) {
    throw wrong(
      'leads to a Redis in cluster mode: what belongs to players, sessions and leases changes together, ' +
        'and cannot be spread over several nodes.',
    );
  }
  const policy = fields.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction') {
    throw wrong(
      `leads to a Redis with the maxmemory-policy "${policy}", which throws sessions away where memory is short: ` +
        'set it to "noeviction".',
    );
  }
}

/**
 * Refuses a Redis that is of no use now: one that still loads its data, and a replica, to which its name may lead for a
 * moment while another takes its place.
 *
 * @param info - what `INFO` says.
 * @throws {RedisRefusal} as Redis itself would refuse what it is asked for.
 */
export function checkIsInUse(info: string): void {
  const fields = fieldsOf(info);
  if (fields.get('loading') === '1') throw new RedisRefusal('LOADING');
  if (fields.get('role') === 'slave') throw new RedisRefusal('READONLY');
}

/** The lines of `INFO`, by their names. */
function fieldsOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split(/\r?\n/).map((line) => {
      const [name = '', ...rest] = line.split(':');
      return [name, rest.join(':')] as const;
    }),
  );
}

/** What to throw where Redis refuses this client for good: what was set is wrong. */
export function wrongSetting(error: unknown): unknown {
  if (error instanceof UntrustedRedis) {
    return wrong(
      `leads to a Redis whose certificate is not trusted (${error.code}): it must name the host of the URL, ` +
        'and NODE_EXTRA_CA_CERTS the file of a private authority that signed it.',
    );
  }
  if (!(error instanceof RedisRefusal && error.isLasting)) return error;
  return error.code === 'NOPERM'
    ? wrong('names a user who may not do all that the proxy asks of Redis, or may not run INFO.')
    : wrong('must hold the user and the password that Redis asks for.');
}

const wrong = (words: string) => new RelayError('invalid-option', `"url" ${words}`);
