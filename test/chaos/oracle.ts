import type { RelaySession } from '../../src/api/schemas.js';
import type { ConnectionState } from '../../src/connection/state.js';
import type { Fate } from './chaos-player.js';

/** A world that can be judged: where its players reach the proxy, and what the service knows. */
export interface JudgedWorld {
  readonly url: string;
  readonly simulator: { sessions(): RelaySession[] | Promise<RelaySession[]> };
}

/** A player whom the oracle judges. */
export interface JudgedPlayer {
  /** A name for the story. */
  readonly login: string;
  /** Whom this player joined; none for a host. */
  readonly host: JudgedPlayer | undefined;
  readonly fate: Fate;
  /** Whether this player ought to be in an open match now. */
  readonly shouldPlay: boolean;
  readonly relay: { readonly state: ConnectionState };
  readonly sessionId: string | undefined;
  readonly token: number | undefined;
  readonly lastTicket: string | undefined;
  /** How the player's connections ended. */
  readonly endings: readonly string[];
}

/**
 * What is wrong with the world, in words; nothing, once it has come to rest. It must hold that
 *
 * - the proxy's open sessions are exactly those whose host is there,
 * - each of them lists exactly the tokens of those who are there, and each of these knows their own,
 * - whoever is there plays, and nobody else does,
 * - nobody who was kicked gets in.
 */
export async function violations(
  { simulator, url }: JudgedWorld,
  players: readonly JudgedPlayer[],
): Promise<string[]> {
  const wrong: string[] = [];
  const sessions = (await simulator.sessions()).filter(({ webhook_url }) => webhook_url);
  const matches = players.filter((player) => !player.host && player.shouldPlay);
  for (const player of players) {
    const { state } = player.relay;
    if (player.shouldPlay && state !== 'open')
      wrong.push(`${describe(player)} is there, but ${state}: ${player.endings}`);
    if (player.fate === 'there' && !player.shouldPlay && state === 'open') {
      wrong.push(`${describe(player)} plays a match that is over`);
    }
  }
  for (const { session_id } of sessions) {
    const isWanted = matches.some(({ sessionId }) => sessionId === session_id);
    if (!isWanted) wrong.push(`${session_id} is open, and its host is not there`);
  }
  for (const match of matches) {
    const session = sessions.find(({ session_id }) => session_id === match.sessionId);
    if (!session) {
      wrong.push(`the match of ${describe(match)} is not open`);
      continue;
    }
    const listed = (session.session_users ?? []).map((user) => user.authorization_token);
    const company = players.filter((player) => player === match || player.host === match);
    const seated = company.filter((player) => player.shouldPlay).map(({ token }) => token);
    // Of whom nobody knows whether they were kicked, the token may be there or not.
    const unsure = company
      .filter(({ fate }) => fate === 'perhaps kicked')
      .map(({ token }) => token);
    for (const token of seated) {
      if (!listed.includes(token)) wrong.push(`${describe(match)}: a seat’s token is not listed`);
    }
    for (const token of listed) {
      if (!seated.includes(token) && !unsure.includes(token)) {
        wrong.push(`${describe(match)}: a token is listed that nobody there has`);
      }
    }
    for (const player of company.filter(({ fate }) => fate === 'kicked')) {
      const status = await tryTicket(url, player);
      if (status < 400 || status >= 500) wrong.push(`${describe(player)}’s ticket gets ${status}`);
    }
  }
  return wrong;
}

const describe = ({ fate, host, login }: JudgedPlayer) =>
  `${login} (${fate}${host ? `, at ${host.login}` : ''})`;

/** What a kicked player's last ticket gets: the status, or 401 where they never had one. */
async function tryTicket(url: string, { lastTicket }: JudgedPlayer): Promise<number> {
  if (lastTicket === undefined) return 401;
  const answer = await fetch(`${url}/v1/relays/sessions:authorize-user`, {
    method: 'POST',
    headers: { authorization: `Bearer ${lastTicket}`, 'content-type': 'application/json' },
    body: '{}',
  });
  return answer.status;
}
