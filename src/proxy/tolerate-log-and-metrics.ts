import type { RelayProxyOptions } from './options.js';

/** The options, with a log and metrics that may fail without disturbing the proxy. */
export function tolerateLogAndMetrics(options: RelayProxyOptions): RelayProxyOptions {
  const { log, metrics } = options;
  return {
    ...options,
    ...(log && { log: tolerant(log) }),
    ...(metrics && {
      metrics: {
        onRequest: tolerant((...told) => metrics.onRequest(...told)),
        onUpstreamCall: tolerant((...told) => metrics.onUpstreamCall(...told)),
        onUpstreamWait: tolerant((...told) => metrics.onUpstreamWait(...told)),
        onReaped: tolerant((...told) => metrics.onReaped(...told)),
        onLimit: tolerant((...told) => metrics.onLimit(...told)),
        onJoinMiss: tolerant(() => metrics.onJoinMiss()),
        gauge: (...asked) => metrics.gauge(...asked),
        expose: () => metrics.expose(),
      },
    }),
  };
}

function tolerant<TTold extends unknown[]>(tell: (...told: TTold) => void) {
  return (...told: TTold): void => {
    try {
      const telling: unknown = tell(...told);
      // An `async` function fits the type as well, and fails later.
      if (telling instanceof Promise) telling.catch(() => {});
    } catch {
      // There is nobody else to tell.
    }
  };
}
