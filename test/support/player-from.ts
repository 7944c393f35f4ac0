import { type Answer, GameClient } from './game-client.js';

/** A game that comes from an address of its own, through a reverse proxy that the tested one must trust. */
export class PlayerFrom extends GameClient {
  readonly address: string;

  constructor(url: string, address: string) {
    super(url);
    this.address = address;
  }

  /** A guest who has just come from there. */
  static async guestFrom(url: string, address: string): Promise<PlayerFrom> {
    const player = new PlayerFrom(url, address);
    const { body, status } = await player.beGuest();
    if (status !== 200) throw new Error(`No guest from ${address}: ${status}`);
    player.token = body.token;
    player.playerId = body.player_id;
    return player;
  }

  beGuest(): Promise<Answer> {
    return this.send('POST', '/v1/guests');
  }

  override send(
    method: string,
    path: string,
    options: Parameters<GameClient['send']>[2] = {},
  ): Promise<Answer> {
    const headers = { 'x-forwarded-for': this.address, ...options.headers };
    return super.send(method, path, { ...options, headers });
  }
}

/** How the tested proxy comes to trust the players' addresses. */
export const TRUSTING = { trustedProxies: ['127.0.0.1'] };
