import type { PlayerSession } from '../../src/api/player-session.js';
import { GameClient } from './game-client.js';

const SESSIONS = '/v1/relays/sessions';

/** A player who comes by the gateway, with their session. */
export interface GatewayPlayer {
  readonly client: GameClient;
  readonly session: PlayerSession;
  /** The channel's. */
  readonly ticket: string;
}

/** Hosts a match by the gateway. */
export async function hostByGateway(proxyUrl: string): Promise<GatewayPlayer> {
  const client = await GameClient.guest(proxyUrl);
  const { body } = await client.send('POST', SESSIONS, { json: { via: 'gateway' } });
  return { client, session: body, ticket: channelTicket(body) };
}

/** Joins a match by the gateway. */
export async function joinByGateway(host: GatewayPlayer): Promise<GatewayPlayer> {
  const client = await GameClient.guest(host.client.url);
  const { body } = await client.send('POST', `${SESSIONS}:authorize-user`, {
    json: { via: 'gateway', join_code: host.session.join_code },
  });
  return { client, session: body, ticket: channelTicket(body) };
}

/** What opens a channel, in a player's document. */
export const channelTicket = (session: PlayerSession): string => session.gateway?.ticket ?? '';
