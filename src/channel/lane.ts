import {
  type FromGateway,
  type FromPage,
  readFromGateway,
  writeControlMessage,
} from '../channel-protocol/control-messages.js';
import { decodeFrame, encodeFrame } from '../channel-protocol/frame.js';
import { Freshness } from '../channel-protocol/freshness.js';
import { SendWindow } from '../channel-protocol/send-window.js';
import type { Clock } from '../common/clock.js';
import type { DropCause, WireListener } from './wire.js';

/** Of what a channel is told, what every lane tells by itself. */
export type Traffic = Pick<WireListener, 'onDatagram' | 'onDrop' | 'onTally' | 'sent'>;

/** A page that hears nothing for so long stood still, or its wire is lost, in milliseconds. */
export const SILENCE = 12_000;

/** What a lane is made of. */
export interface LaneTools {
  readonly clock: Clock;
  readonly isHost: boolean;
  readonly traffic: Traffic;
}

/**
 * A page's datagrams on one wire to its gateway: frames, freshness and probes, whether a WebSocket carries them or a
 * data channel. Each wire has its own, for each has another network under it.
 */
export class Lane {
  readonly window: SendWindow;
  readonly #tools: LaneTools;
  readonly #transmit: (data: string | Uint8Array<ArrayBuffer>) => void;
  readonly #onMessage: (message: FromGateway) => void;
  readonly #freshness = new Freshness();
  #heardAt: number;

  /**
   * @param transmit - Sends a message. Must not throw.
   * @param onMessage - Gets each control message, once the lane has made of it what it does by itself.
   */
  constructor(
    tools: LaneTools,
    transmit: (data: string | Uint8Array<ArrayBuffer>) => void,
    onMessage: (message: FromGateway) => void,
  ) {
    const { clock, traffic } = tools;
    this.#tools = tools;
    this.#transmit = transmit;
    this.#onMessage = onMessage;
    this.#heardAt = clock.monotonic();
    this.window = new SendWindow(
      () => clock.monotonic(),
      (id) => this.say({ type: 'probe', id, sent: traffic.sent() }),
    );
  }

  /** For how long nothing was heard, in milliseconds. */
  get silence(): number {
    return this.#tools.clock.monotonic() - this.#heardAt;
  }

  /** Sends a datagram. @returns why it was not sent. */
  send(payload: Uint8Array, connectionId: number | undefined): DropCause | undefined {
    const now = this.#tools.clock.monotonic();
    const refusal = this.window.refusal(now);
    if (refusal) return refusal;
    const frame = encodeFrame(now, connectionId, payload);
    this.#transmit(frame);
    this.window.sent(frame.byteLength, now);
    return undefined;
  }

  say(message: FromPage): void {
    this.#transmit(writeControlMessage(message));
  }

  /** Takes what came. */
  receive(data: unknown): void {
    this.#heardAt = this.#tools.clock.monotonic();
    if (typeof data === 'string') this.#read(data);
    else this.#unpack(new Uint8Array(data as ArrayBuffer));
  }

  #unpack(bytes: Uint8Array): void {
    const { isHost, traffic } = this.#tools;
    const frame = decodeFrame(bytes, isHost);
    if (!frame) return;
    if (this.#freshness.isFresh(frame.sentAt, this.#heardAt)) {
      traffic.onDatagram(frame.payload, frame.connectionId);
    } else {
      traffic.onDrop('late');
    }
  }

  #read(text: string): void {
    const message = readFromGateway(text);
    if (!message) return;
    if (message.type === 'probe') {
      this.say({ type: 'echo', id: message.id });
      this.#tools.traffic.onTally({ sent: message.sent });
      // At rest nobody else measures the round trip.
      this.window.probeAtRest();
    }
    if (message.type === 'echo') {
      this.window.answered(message.id);
      this.#tools.traffic.onTally({ missing: message.missing });
    }
    this.#onMessage(message);
  }
}
