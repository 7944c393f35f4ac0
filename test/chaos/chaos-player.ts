import { RelayConnection } from '../../src/connection/relay-connection.js';

/** One page of a player's: a connection whose network can be taken away for good, as closing the page does. */
class Page {
  readonly relay: RelayConnection;
  #isClosed = false;

  /** @param ticket - What the page before it kept, if anything. */
  constructor(url: string, login: string, ticket: string | undefined) {
    this.relay = new RelayConnection(url, {
      ticket: { load: () => ticket },
      token: () => {
        if (this.#isClosed) throw new Error('The page is closed.');
        return login;
      },
      fetch: async (...call) => {
        // Nobody is there any more to hear the answer: this ends the connection without a word to the proxy.
        if (this.#isClosed)
          return Response.json({ message: 'Closed.', code: 'unauthorized' }, { status: 401 });
        return globalThis.fetch(...call);
      },
    });
  }

  close(): void {
    this.#isClosed = true;
  }
}

/** What became of a player, by their own doing or the host's. */
export type Fate = 'there' | 'vanished' | 'left' | 'kicked' | 'perhaps kicked';

/** A player in one match: a host, or one who joined a host's. */
export class ChaosPlayer {
  readonly login: string;
  /** Whom this player joined; none for a host. */
  readonly host: ChaosPlayer | undefined;
  fate: Fate = 'there';
  /** The service itself ended the match. */
  isEnded = false;
  /** How this player's connections ended: the errors' codes, and the reasons. */
  readonly endings: string[] = [];
  /** The newest ticket that this player held. */
  lastTicket: string | undefined;
  readonly #url: string;
  #page: Page;

  constructor(url: string, login: string, host?: ChaosPlayer) {
    this.#url = url;
    this.login = login;
    this.host = host;
    this.#page = this.#open();
  }

  get relay(): RelayConnection {
    return this.#page.relay;
  }

  get sessionId(): string | undefined {
    return this.relay.session?.session_id;
  }

  get token(): number | undefined {
    return this.relay.session?.session_user?.authorization_token;
  }

  /** Whether this player ought to be in an open match now. */
  get shouldPlay(): boolean {
    const host = this.host ?? this;
    return this.fate === 'there' && host.fate === 'there' && !host.isEnded;
  }

  enter(): void {
    if (this.host) void this.relay.join(this.host.relay.joinCode ?? '');
    else void this.relay.create();
  }

  /** The page is closed, and nobody comes back. */
  vanish(): void {
    this.fate = 'vanished';
    this.#page.close();
  }

  /** The page is loaded anew, and takes the seat again. */
  reload(): void {
    const { ticket } = this.relay;
    if (!ticket) return;
    this.#page.close();
    this.#page = this.#open(ticket);
    void this.relay.resume();
  }

  /** The same match in a second tab, which stays; the first is closed. */
  async moveToSecondTab(): Promise<void> {
    const { ticket } = this.relay;
    if (!ticket) return;
    const first = this.#page;
    this.#page = this.#open(ticket);
    await this.relay.resume().catch(() => {});
    first.close();
  }

  async leave(): Promise<void> {
    this.fate = 'left';
    await this.relay.leave().catch(() => {
      // The proxy could not be told: then the lease tells it.
      this.fate = 'vanished';
    });
  }

  /** The host takes this player's seat away, and tries again as long as it is told that it did not work. */
  async kick(player: ChaosPlayer): Promise<void> {
    const { playerId } = player;
    if (playerId === undefined || player.fate !== 'there') return;
    player.fate = 'perhaps kicked';
    for (let tries = 0; tries < 10 && this.relay.session; tries += 1) {
      try {
        await this.relay.kick(playerId);
        player.fate = 'kicked';
        return;
      } catch {
        // Not known to have worked: once more.
      }
    }
  }

  get playerId(): string | undefined {
    return this.relay.session?.player_id;
  }

  /** @param ticket - What the page before kept. */
  #open(ticket?: string): Page {
    const page = new Page(this.#url, this.login, ticket);
    page.relay.on('error', ({ code }) => this.endings.push(code));
    page.relay.on('close', (reason) => this.endings.push(reason));
    page.relay.on('session', ({ ticket }) => {
      this.lastTicket = ticket ?? this.lastTicket;
    });
    return page;
  }

  /** Ends the connection where it is, without a word to anybody. */
  dispose(): void {
    this.#page.close();
    void this.relay.leave().catch(() => {});
  }
}
