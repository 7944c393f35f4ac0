import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerSession } from '../../src/api/player-session.js';
import { GameClient } from './game-client.js';

/** A player who never gives up: every failure but a refusal is tried again. */
export class StubbornPlayer {
  session: PlayerSession | undefined;
  /** What a player who is there must never hear. */
  readonly refusals: unknown[] = [];
  #isThere = true;
  readonly #client: GameClient;

  constructor(client: GameClient) {
    this.#client = client;
  }

  static async come(url: string): Promise<StubbornPlayer> {
    return new StubbornPlayer(await GameClient.guest(url));
  }

  async host(key: string): Promise<void> {
    await this.#enter(() => this.#client.create({ 'idempotency-key': key }));
  }

  async join(code: string): Promise<void> {
    await this.#enter(() => this.#client.join({ join_code: code }));
  }

  /** Asks again and again, as a game does, until the player goes without a word. */
  async play(): Promise<void> {
    while (this.#isThere && this.session) {
      const answer = await this.#client.get(this.session).catch(() => undefined);
      if (answer?.status === 200) this.session = answer.body;
      if (this.#isThere && answer && [401, 403, 404].includes(answer.status)) {
        this.refusals.push(answer.body);
      }
      await sleep(150);
    }
  }

  get playerId(): string {
    return this.#client.playerId;
  }

  vanish(): void {
    this.#isThere = false;
  }

  async leave(): Promise<void> {
    await this.#insist((session) => this.#client.revoke(session));
  }

  async kick(playerId: string): Promise<void> {
    await this.#insist((session) => this.#client.revoke(session, { player_id: playerId }));
  }

  async end(): Promise<void> {
    await this.#insist((session) => this.#client.delete(session));
  }

  /** Asks until it is done. A refusal because it is done already counts as success. */
  async #insist(ask: (session: PlayerSession) => ReturnType<GameClient['create']>): Promise<void> {
    while (this.session) {
      const answer = await ask(this.session).catch(() => undefined);
      if (answer && [204, 403, 404].includes(answer.status)) return;
      await sleep(100);
    }
  }

  async #enter(ask: () => ReturnType<GameClient['create']>): Promise<void> {
    while (!this.session) {
      const answer = await ask().catch(() => undefined);
      if (answer?.status === 200) this.session = answer.body;
      else if (answer && [400, 401, 403, 404].includes(answer.status)) {
        throw new Error(JSON.stringify(answer.body));
      } else await sleep(100);
    }
  }
}
