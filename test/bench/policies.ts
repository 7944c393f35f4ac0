import { RelayConnection } from 'relais';
import { RelayApi } from 'relais/api';

/** One way for players to learn that their session is linked. */
export interface Policy {
  readonly name: string;
  /** How the proxy is run; `undefined` for those who ask the service itself. */
  readonly proxy: { readonly webhook: boolean } | undefined;
  /** Hosts a session. Resolves to its id, and to a promise for the moment when the host knows. */
  host(url: string, player: string): Promise<Waiting>;
  /** Joins it, and waits as the host does. */
  join(url: string, player: string, sessionId: string): Promise<Waiting>;
}

export interface Waiting {
  readonly sessionId: string;
  readonly known: Promise<void>;
}

const platformFetch = globalThis.fetch;

/** Takes the wish to wait out of the game's requests: to it, the proxy is one that does not hold. */
const fetchWithoutPrefer: typeof fetch = (input, init) => {
  if (input instanceof Request) input.headers.delete('prefer');
  return platformFetch(input, init);
};

function relais(name: string, webhook: boolean, isHeld: boolean): Policy {
  const follow = async (relay: RelayConnection, opened: Promise<unknown>): Promise<Waiting> => {
    await Promise.race([
      opened,
      new Promise<void>((resolve) => {
        relay.on('state', (state) => {
          if (state === 'waiting') resolve();
        });
      }),
    ]);
    return { sessionId: relay.session?.session_id ?? '', known: opened.then(() => {}) };
  };
  const connect = (url: string, player: string) => {
    globalThis.fetch = isHeld ? platformFetch : fetchWithoutPrefer;
    return new RelayConnection(url, { token: () => player });
  };
  return {
    name,
    proxy: { webhook },
    host(url, player) {
      const relay = connect(url, player);
      return follow(
        relay,
        relay.create().finally(() => relay.removeAllListeners()),
      );
    },
    join(url, player, sessionId) {
      const relay = connect(url, player);
      return follow(
        relay,
        relay.join(sessionId).finally(() => relay.removeAllListeners()),
      );
    },
  };
}

/** The neighbours' loops as they are known: each asks the service itself, with no proxy on the way. */
function loop(name: string, delays: () => Generator<number>): Policy {
  const poll = async (api: RelayApi, sessionId: string): Promise<void> => {
    for (const delay of delays()) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      if ((await api.getSession(sessionId)).linked) return;
    }
  };
  const users = [{ ip: '203.0.113.7' }];
  return {
    name,
    proxy: undefined,
    async host(url) {
      const api = new RelayApi({ apiToken: 'secret', baseUrl: url });
      const { session_id } = await api.createSession({ users });
      return { sessionId: session_id, known: poll(api, session_id) };
    },
    async join(url, _player, sessionId) {
      const api = new RelayApi({ apiToken: 'secret', baseUrl: url });
      await api.authorizeUser({ session_id: sessionId, user_ip: '203.0.113.7' });
      return { sessionId, known: poll(api, sessionId) };
    },
  };
}

function* fixed(delay: number): Generator<number> {
  for (;;) yield delay;
}

function* growing(): Generator<number> {
  for (let delay = 1_000; ; delay = Math.min(delay * 1.5, 5_000)) yield delay;
}

export const POLICIES: readonly Policy[] = [
  relais('relais-held-webhook', true, true),
  relais('relais-held', false, true),
  relais('relais-polling', false, false),
  loop('fixed-200ms', () => fixed(200)),
  loop('growing-1s-to-5s', growing),
  loop('fixed-2s', () => fixed(2_000)),
  loop('fixed-3s', () => fixed(3_000)),
];
