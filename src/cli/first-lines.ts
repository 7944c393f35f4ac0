import { VERSION } from '../common/version.js';

/** What the first lines of `relais proxy`'s log tell. */
export interface FirstLinesFacts {
  readonly url: string;
  /** Where the figures are, if they have a port of their own. */
  readonly metricsUrl: string | undefined;
  readonly hasSecrets: boolean;
}

const WITHOUT_SECRETS =
  'Without RELAIS_SECRETS, tickets end with this process, and open sessions are not known after it.';

/**
 * The first lines of `relais proxy`'s log, as JSON like all others: where it listens, and what may go wrong. They are
 * written at once and not gathered, for somebody may wait for them.
 */
export function firstLines({ url, metricsUrl, hasSecrets }: FirstLinesFacts): string {
  const at = new Date().toISOString();
  const versions = `relais ${VERSION} and Node ${process.versions.node}`;
  const message = `Proxy listening on ${url} with ${versions}`;
  const figures = metricsUrl && `${metricsUrl}/metrics`;
  const lines = [
    { event: 'listening', at, message, url, ...(figures && { metrics: figures }) },
    ...(hasSecrets ? [] : [{ event: 'warning', at, message: WITHOUT_SECRETS }]),
  ];
  return lines.map((line) => JSON.stringify(line)).join('\n');
}
