import type { Endpoint } from '../../src/connection/endpoint.js';
import { UdpPeer } from './udp-peer.js';
import { until } from './until.js';

/** How often a netcode says hello, and pings afterwards, in milliseconds. */
const EVERY = 50;

/**
 * A player with a UDP netcode of their own, as published ones for the relay are: a host pings from the start, a client
 * sends data first, and pings once somebody has answered.
 */
export class NativePlayer implements AsyncDisposable {
  readonly #peer: UdpPeer;
  readonly #isHost: boolean;
  readonly #timer: NodeJS.Timeout;
  #isMet = false;
  /** What came, each with the connection id that it is from; 0 to a client. */
  readonly heard: { readonly from: number; readonly text: string }[] = [];

  private constructor(peer: UdpPeer, isHost: boolean) {
    this.#peer = peer;
    this.#isHost = isHost;
    peer.onReceived = (received) => {
      if (!('payload' in received)) return;
      const text = received.payload.toString();
      this.#isMet = true;
      // The host welcomes each client, and a client takes nothing for the game before.
      if (isHost && text === 'hello') peer.send(Buffer.from('welcome'), received.from);
      else if (text !== 'welcome') this.heard.push({ from: received.from, text });
    };
    this.#timer = setInterval(() => this.#turn(), EVERY);
  }

  static async enter(endpoint: Endpoint): Promise<NativePlayer> {
    const { port, role, userAuthorizationToken, sessionAuthorizationToken } = endpoint;
    const isHost = role === 'server';
    const peer = new UdpPeer(isHost, port, userAuthorizationToken, sessionAuthorizationToken);
    return new NativePlayer(await peer.open(), isHost);
  }

  /** Resolves once somebody has answered. */
  async met(): Promise<this> {
    await until(() => this.#isMet);
    return this;
  }

  /** Says something; the host says to whom. */
  say(text: string, to = 0): void {
    this.#peer.send(Buffer.from(text), to);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#peer[Symbol.asyncDispose]();
  }

  #turn(): void {
    if (this.#isHost || this.#isMet) void this.#peer.ping();
    else this.say('hello');
  }
}
