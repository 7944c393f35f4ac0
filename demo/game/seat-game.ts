import type { ConnectionState, RelayChannel } from 'relais';
import type { Panel } from '../players/panel.js';
import { type Input, move, type Self } from './bodies.js';
import { hostGame, joinGame, type Scene } from './netcode.js';
import { Magpies, type Rest } from './rules.js';

type Hosting = ReturnType<typeof hostGame<Self, Rest>>;
type Joining = ReturnType<typeof joinGame<Input, Self, Rest>>;

/** How the game of one seat stands. */
export interface SeatStatus {
  readonly connection: ConnectionState;
  /** Why there is no channel; nothing while all is well. */
  readonly failure: string | undefined;
  readonly hasChannel: boolean;
  /** Whether the channel's wire is lost, and comes back. */
  readonly isCutOff: boolean;
  readonly isFull: boolean;
  /** How long the host has said nothing, in milliseconds. */
  readonly silence: number;
}

/** The game of one seat of this page: it hosts where the seat is the host's, and joins where it is not. */
export class SeatGame {
  readonly panel: Panel;
  readonly #key: string;
  #channel: RelayChannel | undefined;
  #hosting: Hosting | undefined;
  #joining: Joining | undefined;
  #magpies: Magpies | undefined;

  constructor(panel: Panel) {
    this.panel = panel;
    this.#key = `relais-demo-${panel.name}-called`;
    panel.channel.listen((channel) => this.#begin(channel));
  }

  /** How the player wants to be called; empty for what the host calls them. Survives a reload of this tab. */
  get called(): string {
    return sessionStorage.getItem(this.#key) ?? '';
  }

  set called(name: string) {
    sessionStorage.setItem(this.#key, name);
  }

  /** Whether the game is on. */
  get isOn(): boolean {
    return this.#channel !== undefined;
  }

  /** The player's place in the game, once they have one. */
  get me(): number | undefined {
    return this.#hosting?.me ?? this.#joining?.me;
  }

  get status(): SeatStatus {
    const { channel, relay } = this.panel;
    return {
      connection: relay.state,
      failure: channel.failure,
      hasChannel: this.#channel !== undefined,
      isCutOff: this.#channel !== undefined && this.#channel.state !== 'open',
      isFull: this.#joining?.isFull ?? false,
      silence: this.#joining?.silence ?? 0,
    };
  }

  /** To be called 30 times a second. */
  tick(input: Input): void {
    if (this.#magpies) this.#magpies.isHostHidden = document.hidden;
    this.#hosting?.tick(this.called, input);
    this.#joining?.tick(this.called, input);
  }

  scene(): Scene<Rest> | undefined {
    return (this.#hosting ?? this.#joining)?.scene();
  }

  /** Whether this seat may take that place away from its player. */
  canKick(place: number): boolean {
    return this.#hosting?.playerIn(place) !== undefined;
  }

  kick(place: number): void {
    const playerId = this.#hosting?.playerIn(place);
    if (playerId) void this.panel.kick(playerId);
  }

  #begin(channel: RelayChannel | undefined): void {
    const { relay } = this.panel;
    this.#channel = channel;
    this.#magpies = undefined;
    this.#hosting = undefined;
    this.#joining = undefined;
    if (!channel) return;
    if (relay.role === 'server') {
      this.#magpies = new Magpies();
      const hasSeat = (id: unknown) =>
        relay.players.some(({ playerId, role }) => role === 'client' && playerId === id);
      this.#hosting = hostGame(channel, this.#magpies, hasSeat);
    } else this.#joining = joinGame<Input, Self, Rest>(channel, relay.playerId ?? '', move);
  }
}
