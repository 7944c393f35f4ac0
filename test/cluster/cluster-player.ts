import { openChannel } from '../../src/channel/open-channel.js';
import type { RelayChannel } from '../../src/channel/relay-channel.js';
import { RelayConnection } from '../../src/connection/relay-connection.js';
import type { Fate } from '../chaos/chaos-player.js';
import type { JudgedPlayer } from '../chaos/oracle.js';
import { recordedSockets, SocketRecord } from './recorded-socket.js';

/** How often a client sends, in milliseconds. */
const EVERY = 500;

/** How many addresses were given out: each player has one of their own. */
let addresses = 0;

/** An answer that a held request got. */
export interface HeldAnswer {
  readonly status: number;
  /** How long it was held, and when it came, by the monotonic clock, in milliseconds. */
  readonly held: number;
  readonly at: number;
}

/**
 * A player with a connection and a channel: a host, or a client who sends a number again and again that the host
 * answers, with the connection id that it came from.
 */
export class ClusterPlayer implements JudgedPlayer {
  readonly login: string;
  readonly host: ClusterPlayer | undefined;
  readonly relay: RelayConnection;
  readonly endings: string[] = [];
  readonly sockets = new SocketRecord();
  /** What held requests were answered with. */
  readonly heldAnswers: HeldAnswer[] = [];
  /** The statuses of requests that failed, and `network` for those without an answer. */
  readonly failures: (number | 'network')[] = [];
  /** The number that the host answered last. */
  heard = 0;
  /** The connection id that the host saw last. */
  connectionId: number | undefined;
  /** When the seat was there, by the monotonic clock, in milliseconds. */
  joinedAt = 0;
  fate: Fate = 'there';
  channel: RelayChannel | undefined;
  readonly #address: string;
  #sent = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(url: string, login: string, host?: ClusterPlayer) {
    this.login = login;
    addresses += 1;
    this.#address = `8.8.${Math.floor(addresses / 250)}.${addresses % 250}`;
    this.host = host;
    this.relay = new RelayConnection(url, {
      via: 'gateway',
      fetch: (...call) => this.#fetch(...call),
    });
    this.relay.on('error', ({ code, message }) => this.endings.push(`${code}: ${message}`));
    this.relay.on('close', (reason) => this.endings.push(reason));
  }

  get shouldPlay(): boolean {
    return this.fate === 'there' && (this.host?.fate ?? 'there') === 'there';
  }

  get sessionId(): string | undefined {
    return this.relay.session?.session_id;
  }

  get token(): number | undefined {
    return this.relay.session?.session_user?.authorization_token;
  }

  get lastTicket(): string | undefined {
    return this.relay.ticket;
  }

  /** The newest number that was sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Hosts or joins, and opens the channel. */
  async enter(): Promise<void> {
    const { host, relay } = this;
    await (host ? relay.join(host.relay.joinCode ?? '') : relay.create());
    this.joinedAt = performance.now();
    const WebSocket = recordedSockets(this.sockets);
    this.channel = await openChannel(relay, { WebSocket, timeout: 60_000 });
    this.channel.on('error', ({ code }) => this.endings.push(`channel: ${code}`));
    this.channel.on('close', (reason) => this.endings.push(`channel: ${reason}`));
    this.channel.on('datagram', (bytes, connectionId) => this.#hear(bytes, connectionId));
    if (host) this.#timer = setInterval(() => this.#say(), EVERY);
  }

  /** Forgets what failed so far, and how long there was no wire. */
  beginRecord(): void {
    this.failures.length = 0;
    this.sockets.begin();
  }

  /** The page is closed without a word, and nobody comes back. */
  vanish(): void {
    this.fate = 'vanished';
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.sockets.newest?.terminate();
    this.channel?.close();
    void this.relay.leave().catch(() => {});
  }

  /** The wire is cut, as a lost network does it. */
  cutWire(): void {
    this.sockets.newest?.terminate();
  }

  #say(): void {
    this.#sent += 1;
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, this.#sent);
    this.channel?.send(bytes);
  }

  #hear(bytes: Uint8Array, connectionId: number | undefined): void {
    if (connectionId === undefined) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      this.heard = Math.max(this.heard, view.getUint32(0));
      this.connectionId = view.getUint32(4);
      return;
    }
    const answer = new Uint8Array(8);
    answer.set(bytes);
    new DataView(answer.buffer).setUint32(4, connectionId);
    this.channel?.send(answer, connectionId);
  }

  /** Writes down what fails, and what held requests are answered with. A page that is closed asks for nothing. */
  async #fetch(input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    if (this.#isClosed) return Response.json({ code: 'unauthorized' }, { status: 401 });
    const since = performance.now();
    const headers = new Headers(init.headers);
    // nginx puts the address that it sees behind it, which is one that the proxies trust.
    headers.set('x-forwarded-for', this.#address);
    const answer = await fetch(input, { ...init, headers }).catch((error: unknown) => {
      if (!init.signal?.aborted && !this.#isClosed) this.failures.push('network');
      throw error;
    });
    const { status } = answer;
    if (status >= 400) this.failures.push(status);
    if (answer.headers.has('preference-applied')) {
      const at = performance.now();
      this.heldAnswers.push({ status, held: at - since, at });
    }
    return answer;
  }
}
