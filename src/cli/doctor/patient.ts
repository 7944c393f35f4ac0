import type { Clock } from '../../common/clock.js';
import type { ListenOptions } from '../../proxy/node.js';
import type { RelayProxyOptions } from '../../proxy/options.js';
import type { Progress } from '../progress.js';
import type { Env } from '../read-setting.js';

/** The proxy that the doctor looks at, by its settings. They are right as such. */
export interface Patient {
  /** The settings, with the secrets that are in files. */
  readonly env: Env;
  readonly options: RelayProxyOptions;
  readonly listen: Pick<ListenOptions, 'keepAlive'>;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Whether what takes long is left out. */
  readonly isQuick: boolean;
}
