import { Listeners } from '../common/listeners.js';
import { Registrations } from '../common/registrations.js';
import type { RelayError } from '../common/relay-error.js';
import { LARGEST_PAYLOAD } from '../datagram/index.js';
import type { ChannelCloseReason, RelayChannelEvents } from './channel-events.js';
import { type ChannelInput, type ChannelState, nextState } from './channel-state.js';
import { ChannelCounters, type ChannelStats } from './channel-stats.js';
import { checkedDatagram } from './checked-datagram.js';
import type { DropCause, OpenWire, Wire, WireEnd, WireListener, WireTarget } from './wire.js';

/**
 * A game's datagrams, to the relay and back: unreliable ones, and nothing else. Order, repetition and fragments are
 * the netcode's, as with UDP. Made by {@link openChannel}.
 *
 * @example
 * ```ts
 * import { openChannel, RelayConnection } from 'relais';
 *
 * const relay = new RelayConnection('https://studio.example/relay', { via: 'gateway' });
 * await relay.create();
 * const channel = await openChannel(relay);
 * channel.on('datagram', (bytes, connectionId) => channel.send(bytes, connectionId));
 * ```
 */
export class RelayChannel extends Listeners<RelayChannelEvents> {
  /** The largest datagram, in bytes: 1187. */
  readonly maxDatagramSize = LARGEST_PAYLOAD;
  readonly #registrations: Registrations<RelayChannelEvents>;
  readonly #counters = new ChannelCounters();
  readonly #isHost: boolean;
  readonly #onClosed: () => void;
  readonly #wireName: ChannelStats['wire'];
  readonly #wire: OpenWire;
  #state: ChannelState = 'connecting';

  /**
   * @internal
   * @param onClosed - Called once, when the channel is closed.
   */
  constructor(
    wire: Wire,
    target: WireTarget,
    role: 'server' | 'client',
    onClosed: () => void = () => {},
  ) {
    const registrations = new Registrations<RelayChannelEvents>();
    super(registrations);
    this.#registrations = registrations;
    this.#isHost = role === 'server';
    this.#onClosed = onClosed;
    this.#wireName = wire.name;
    this.#wire = wire.open(target, role, this.#listener());
  }

  /** Where the channel stands. */
  get state(): ChannelState {
    return this.#state;
  }

  /**
   * Sends a datagram.
   *
   * @param data - 1187 bytes at most: of an `ArrayBuffer`, or those that a view of one shows. They are copied.
   * @param connectionId - The client that it is for: for the host alone, who got it with the client's own datagrams.
   * @returns whether it was taken: `false` where it would come too late, or the channel is not open. What was dropped
   * is counted by cause in {@link stats}.
   * @throws {RelayError} `invalid-request`: no bytes, too many, or a connection id that is missing or has no place.
   */
  send(data: ArrayBuffer | ArrayBufferView, connectionId?: number): boolean {
    const bytes = checkedDatagram(data, connectionId, this.#isHost);
    const counters = this.#counters;
    // Counted before it goes: a probe that goes out behind it says how many were sent.
    counters.sent += 1;
    const cause =
      this.#state === 'open' ? this.#wire.send(bytes, connectionId) : ('not-open' as const);
    if (!cause) return true;
    counters.sent -= 1;
    counters.notSent[cause] += 1;
    return false;
  }

  /** What the channel has done so far: a copy, as of now. */
  stats(): ChannelStats {
    const measures = this.#wire.measures();
    return { ...this.#counters.read(), ...measures, wire: measures.wire ?? this.#wireName };
  }

  /** Closes the channel. The connection goes on. */
  close(): void {
    this.endWith('closed');
  }

  /** @internal It is over. To call it twice does no harm. */
  endWith(reason: ChannelCloseReason, error?: RelayError): void {
    if (this.#state === 'closed') return;
    this.#onClosed();
    this.#wire.close();
    this.#step('end');
    if (error) this.#registrations.fire('error', error);
    this.#registrations.fire('close', reason);
  }

  /** @internal The session has moved to another relay. */
  onMoved(): void {
    this.#wire.onMoved();
  }

  #listener(): WireListener {
    return {
      onUp: (known) => {
        if (known) this.#counters.settle(known);
        this.#step('wire-up');
      },
      onRelay: (isValid) => this.#step(isValid ? 'relay-valid' : 'relay-checks'),
      onTally: (tally) => this.#counters.tally(tally),
      sent: () => this.#counters.sent,
      onMoved: () => this.#registrations.fire('state', this.#state, this.#state, this.stats().wire),
      onLost: () => this.#step('wire-lost'),
      onDatagram: (payload, connectionId) => this.#receive(payload, connectionId),
      onDrop: (cause: DropCause) => {
        this.#counters.notReceived[cause] += 1;
      },
      onEnd: (end: WireEnd) => {
        this.endWith(end.reason, end.reason === 'failed' ? end.error : undefined);
      },
    };
  }

  #receive(payload: Uint8Array, connectionId: number | undefined): void {
    this.#counters.received += 1;
    this.#registrations.fire('datagram', payload, connectionId);
  }

  #step(input: ChannelInput): void {
    const previous = this.#state;
    this.#state = nextState(previous, input);
    if (this.#state !== previous) this.#registrations.fire('state', this.#state, previous);
  }
}
