import type { Clock } from '../../common/clock.js';
import { badToken, ProxyError } from '../proxy-error.js';
import { type AdmittedGuest, type GuestOptions, Guests } from './guests.js';
import type { JwtAuthenticator } from './jwt-authenticator.js';
import type { LoginResult } from './login-fault.js';
import { checkLoginId } from './login-player-id.js';
import type { Signer } from './signer.js';
import type { Ticket } from './ticket-dates.js';
import type { Tickets } from './tickets.js';

/** A player, as the studio's login knows them. */
export interface Player {
  /** 1 to 128 visible ASCII characters; not `guest-…`, which is the proxy's own. */
  readonly id: string;
}

/** The studio's own way to tell who is asking. `null`: nobody. */
export type Authenticate = (request: Request) => Player | null | Promise<Player | null>;

/** Who is asking, and the ticket, where they asked with one. */
export interface Caller {
  readonly playerId: string;
  readonly ticket?: Ticket;
}

/** What {@link Players} works with. */
export interface PlayersOptions {
  readonly tickets: Tickets;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Without it there are no guests. */
  readonly guests: GuestOptions | undefined;
  readonly jwt: Pick<JwtAuthenticator, 'login'> | undefined;
  readonly authenticate: Authenticate | undefined;
}

const BEARER = 'Bearer ';

/** Tells who is asking, and lets guests in where they are welcome. */
export class Players {
  readonly #options: PlayersOptions;
  readonly #guests: Guests | undefined;

  constructor(options: PlayersOptions) {
    const { clock, guests, signer } = options;
    this.#options = options;
    this.#guests = guests && new Guests(signer, clock, guests);
  }

  /** Who is asking, if they bring a ticket that was checked before. */
  known(request: Request): Caller | undefined {
    const header = request.headers.get('authorization');
    // The text is looked up as it is, without parsing it: nearly all requests come with such a ticket.
    if (!header?.startsWith(BEARER)) return undefined;
    const ticket = this.#options.tickets.known(header.slice(BEARER.length));
    return ticket && { playerId: ticket.seat.playerId, ticket };
  }

  /**
   * Who is asking, by ticket or by login.
   *
   * @throws {ProxyError} 401.
   */
  async identify(request: Request): Promise<Caller> {
    const known = this.known(request);
    if (known) return known;
    const token = bearerOf(request);
    if (!token || typeOf(token) !== 'relais-ticket') {
      return { playerId: await this.login(request) };
    }
    const ticket = await this.#options.tickets.verify(token);
    if (!ticket) throw badToken({ reason: 'ticket' });
    return { playerId: ticket.seat.playerId, ticket };
  }

  /**
   * The player who is logged in.
   *
   * @throws {ProxyError} 401.
   */
  async login(request: Request): Promise<string> {
    const token = bearerOf(request);
    const result = await this.#loginWith(token, request);
    if ('playerId' in result) return result.playerId;
    if (token) throw badToken({ reason: result.fault });
    throw new ProxyError(
      401,
      'unauthorized',
      'Send a login token or a ticket as "Authorization: Bearer …".',
      undefined,
      { reason: this.#options.authenticate ? result.fault : 'missing' },
    );
  }

  async #loginWith(token: string | undefined, request: Request): Promise<LoginResult> {
    const { authenticate, jwt } = this.#options;
    const type = token && typeOf(token);
    if (token && type === 'relais-guest' && this.#guests) return this.#guests.identify(token);
    if (type?.startsWith('relais-')) return { fault: 'kind' };
    const result: LoginResult =
      token && jwt ? await jwt.login(token) : { fault: authenticate ? 'authenticate' : 'kind' };
    if ('playerId' in result) return result;
    const player = await authenticate?.(request);
    if (!player) return result;
    return { playerId: checkLoginId('The id that "authenticate" gave', player.id) };
  }

  /** @throws {ProxyError} 404 where guests are turned off. */
  checkGuestsAreWelcome(): void {
    this.#welcome();
  }

  /**
   * A new guest, and the token that proves it.
   *
   * @throws {ProxyError} 404 where guests are turned off.
   */
  async admitGuest(): Promise<AdmittedGuest> {
    return this.#welcome().admit();
  }

  #welcome(): Guests {
    if (this.#guests) return this.#guests;
    throw new ProxyError(404, 'not-found', 'This proxy lets no guests in.');
  }
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** What a token says it is for. That chooses how it is checked, and proves nothing. */
function typeOf(token: string): string | undefined {
  try {
    const [header = ''] = token.split('.');
    const { typ } = JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')));
    return typeof typ === 'string' ? typ : undefined;
  } catch {
    return undefined;
  }
}
