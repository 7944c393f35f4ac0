import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Player, PlayerSession, Role } from '../../src/api/player-session.js';
import {
  type Asked,
  type Fault,
  Faults,
  type Operation,
  operationOf,
  readAsked,
  refusal,
} from './wire.js';

interface Session {
  document: Partial<PlayerSession>;
  readonly players: Player[];
  readonly gone: Set<string>;
  readonly keys: string[];
}

/**
 * A proxy in a few lines: the contract between game and proxy, and a test can change each part of it. Login tokens are
 * the players' ids.
 */
export class FakeProxy implements AsyncDisposable {
  /** Whether requests are held, whether it says so, and whether it knows guests. */
  holds = true;
  saysThatItHolds = true;
  /** What its `Preference-Applied` says. */
  applied = 'wait=25';
  guests = true;
  /** Whether the answer to create and authorize-user has an `ETag` too. */
  tagsSeats = true;
  /** Whether each document differs from the one before. */
  restless = false;
  /** Tokens and tickets that are no longer good. */
  readonly expired = new Set<string>();
  readonly asked: Asked[] = [];
  readonly sessions = new Map<string, Session>();
  readonly #faults = new Faults();
  readonly #held = new Map<ServerResponse, () => void>();
  #count = 0;
  #tickets = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<FakeProxy> {
    const proxy = new FakeProxy();
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many requests are held now. */
  get held(): number {
    return this.#held.size;
  }

  /** The requests of a kind so far. */
  of(operation: Operation): Asked[] {
    return this.asked.filter((asked) => operationOf(asked.method, asked.path) === operation);
  }

  /** Lets the next requests of this kind meet these faults, one after the other. */
  fault(operation: Operation, ...faults: Fault[]): void {
    this.#faults.add(operation, ...faults);
  }

  /** The one session that there is. */
  get session(): Session {
    const [session] = this.sessions.values();
    if (!session) throw new Error('There is no session.');
    return session;
  }

  /** The session changes: those who wait for it hear of it. */
  change(document: Partial<PlayerSession>): void {
    Object.assign(this.session.document, document);
    this.#wake();
  }

  /** The session is ready and linked, at this port. */
  link(port = 32_000): void {
    this.change({ ready: true, linked: true, status: 'Linked', relay: relayAt(port) });
  }

  /** A player loses their seat. */
  revoke(playerId: string): void {
    const { gone, players } = this.session;
    gone.add(playerId);
    players.splice(
      players.findIndex(({ player_id }) => player_id === playerId),
      1,
    );
    this.#wake();
  }

  delete(): void {
    this.sessions.clear();
    this.#wake();
  }

  /** The waits are over without news. */
  endWaits(): void {
    this.#wake();
  }

  /** Cuts all connections, as a restart does. */
  cutAll(): void {
    this.#held.clear();
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cutAll();
    await closed;
  }

  #wake(): void {
    const waking = [...this.#held.values()];
    this.#held.clear();
    for (const wake of waking) wake();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await readAsked(request);
    this.asked.push(asked);
    const isSpoilt = await this.#faults.strike(asked, response, async () => {
      const [status, body] = this.#answer(asked);
      return { status, headers: {}, body: JSON.stringify(body ?? null) };
    });
    if (isSpoilt) return;
    this.#send(asked, response, true);
  }

  #send(asked: Asked, response: ServerResponse, mayHold: boolean): void {
    if (response.destroyed) return;
    const [status, body] = this.#answer(asked);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const isWatch = operationOf(asked.method, asked.path) === 'get';
    if (isWatch && this.saysThatItHolds) headers['preference-applied'] = this.applied;
    if (status === 200) {
      const etag = `"${createHash('sha1').update(JSON.stringify(body)).digest('hex')}"`;
      if (this.tagsSeats || isWatch) headers['etag'] = etag;
      if (isWatch && asked.headers['if-none-match'] === etag) {
        if (mayHold && this.holds && asked.headers['prefer'] === 'wait=25') {
          this.#held.set(response, () => this.#send(asked, response, false));
          response.once('close', () => this.#held.delete(response));
          return;
        }
        return void response.writeHead(304, headers).end();
      }
    }
    response.writeHead(status, headers).end(body === undefined ? undefined : JSON.stringify(body));
  }

  #answer({ method, path, bearer, headers, body }: Asked): [number, unknown?] {
    const operation = operationOf(method, path);
    if (operation === 'guest') {
      if (!this.guests) return refuse(404);
      const token = `guest-${++this.#count}`;
      return [200, { player_id: token, token, expires_at: '2027-01-01T00:00:00Z' }];
    }
    if (bearer === undefined || this.expired.has(bearer)) return refuse(401);
    const [, seatId, player = bearer] = /^ticket:(.*):(.*):\d+$/.exec(bearer) ?? [];
    if (operation === 'create') {
      const key = `${bearer} ${headers['idempotency-key']}`;
      const known = [...this.sessions].find(([, { keys }]) => keys.includes(key));
      if (known) return [200, this.#document(known[0], player)];
      const id = `${(++this.#count).toString().padStart(12, '0')}-S`;
      this.sessions.set(id, {
        document: { status: 'Initializing', ready: false, linked: false },
        players: [{ player_id: player, role: 'server' }],
        gone: new Set(),
        keys: [key],
      });
      return [200, this.#document(id, player)];
    }
    const inPath = path.split('/')[4];
    const [first] = this.sessions.keys();
    const id = String(inPath ?? body['session_id'] ?? (body['join_code'] ? first : seatId));
    const session = this.sessions.get(id);
    const code = body['join_code'] ?? JOIN_CODE;
    if (!session || code !== JOIN_CODE) return refuse(404);
    if (session.gone.has(player)) return [403, { message: 'No seat.', code: 'revoked' }];
    const role = session.players.find(({ player_id }) => player_id === player)?.role;
    if (operation === 'authorize') {
      if (!role) session.players.push({ player_id: player, role: 'client' });
      if (!role) this.#wake();
      return [200, this.#document(id, player)];
    }
    if (!role || seatId !== id) return refuse(401);
    if (operation === 'get') return [200, this.#document(id, player, bearer)];
    if (operation === 'delete' || (role === 'server' && !body['player_id'] && !body['after'])) {
      if (role !== 'server') return refuse(403);
      this.sessions.delete(id);
      this.#wake();
    } else if (body['player_id'] && role !== 'server') return refuse(403);
    else if (!body['after']) this.revoke(String(body['player_id'] ?? player));
    return [204];
  }

  #document(id: string, player: string, ticket?: string): PlayerSession {
    const session = this.sessions.get(id);
    const role: Role =
      session?.players.find(({ player_id }) => player_id === player)?.role ?? 'client';
    return {
      session_id: id,
      authorization_token: 3_500_589_645,
      session_user: { authorization_token: role === 'server' ? 21_986_334 : 4_000_000_000 },
      player_id: player,
      role,
      players: session?.players,
      join_code: JOIN_CODE,
      ticket: ticket ?? `ticket:${id}:${player}:${++this.#tickets}`,
      ...session?.document,
      ...(this.restless && { status: `Asked ${this.asked.length} times` }),
    } as PlayerSession;
  }
}

const JOIN_CODE = 'K7QGMBKH';

/** A relay with its ports from `port` on. */
export function relayAt(port: number): PlayerSession['relay'] {
  const host = 'relay.example';
  return {
    ip: '127.0.0.1',
    host,
    ports: {
      server: { port, protocol: 'UDP', link: `${host}:${port}` },
      client: { port: port + 1, protocol: 'UDP', link: `${host}:${port + 1}` },
    },
  };
}

const refuse = (status: number): [number, unknown] => [status, JSON.parse(refusal(status))];
