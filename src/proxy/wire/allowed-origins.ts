import { readOrigin } from './read-origin.js';

/** What browsers send for a page without an origin of its own: a sandboxed frame, a file. */
const NULL_ORIGINS = ['null', 'file://'];
/** What one star stands for: one label or more. */
const LABELS = /^[\w-]+(?:\.[\w-]+)*$/;

/** The allow list of origins: whose pages may use the proxy. */
export class AllowedOrigins {
  /** Those that are written in full. */
  readonly listed: ReadonlySet<string>;
  /** Those with a star. */
  readonly #wildcards: readonly string[];

  /**
   * @param origins - each as {@link readOrigin} takes it.
   * @param allowNullOrigin - whether pages without an origin of their own may use the proxy, too.
   */
  constructor(origins: readonly string[], allowNullOrigin: boolean) {
    const read = origins.map((origin) => readOrigin(origin) ?? origin);
    const inFull = read.filter((origin) => !origin.includes('*'));
    this.listed = new Set(allowNullOrigin ? [...inFull, ...NULL_ORIGINS] : inFull);
    this.#wildcards = read.filter((origin) => origin.includes('*'));
  }

  /**
   * Whether pages of this origin may use the proxy. Not all browsers send the host in lower case: an extension's may be
   * a UUID in capitals.
   */
  has(origin: string): boolean {
    const lower = origin.toLowerCase();
    return this.listed.has(lower) || this.#wildcards.some((wildcard) => fits(lower, wildcard));
  }
}

/** Whether an origin in lower case is what a wildcard means: its star stands for one label or more. */
function fits(origin: string, wildcard: string): boolean {
  const [start = '', end = ''] = wildcard.split('*');
  if (!origin.startsWith(start) || !origin.endsWith(end)) return false;
  return LABELS.test(origin.slice(start.length, -end.length));
}
