import { type Endpoint, RelayConnection, RelayError } from 'relais';
import { find } from '../elements/element.js';
import type { DemoSettings } from '../settings.js';
import { recordingFetch } from '../timeline/recording-fetch.js';
import type { Mode } from '../timeline/run-view.js';
import type { Timeline } from '../timeline/timeline.js';
import { EndpointView } from './endpoint-view.js';
import { EventLog } from './event-log.js';
import { PanelChannel } from './panel-channel.js';
import type { PlayerName } from './player-name.js';
import { Roster } from './roster.js';
import { SeatMemory } from './seat-memory.js';
import { Trouble } from './trouble.js';

/** A request that lasts longer than this is taken for one that the proxy holds. In milliseconds. */
const HELD = 2_000;

/** What the panels of a page share. */
export interface PanelOptions {
  readonly settings: DemoSettings;
  readonly timeline: Timeline;
  /** How the next run waits. */
  readonly mode: () => Mode;
  /** When the service linked the session, in milliseconds since the epoch; nothing where nobody knows. */
  readonly linkedAt: (sessionId: string) => Promise<number | undefined>;
}

/** A player's two parts of the page, around a connection of their own. */
export class Panel {
  /** What the player does, and how it goes. */
  readonly seat: HTMLElement;
  /** What their connection knows. */
  readonly details: HTMLElement;
  readonly relay: RelayConnection;
  /** Their datagrams, by the gateway. */
  readonly channel: PanelChannel;
  readonly name: PlayerName;
  readonly joinInput: HTMLInputElement;
  readonly #options: PanelOptions;
  readonly #memory: SeatMemory;
  readonly #log: EventLog;
  readonly #trouble: Trouble;
  /** When this player began to wait for news, in milliseconds since the epoch. */
  #waitingSince = Number.POSITIVE_INFINITY;

  constructor(name: PlayerName, options: PanelOptions) {
    const { settings, timeline } = options;
    this.name = name;
    this.#options = options;
    this.#memory = new SeatMemory(name);
    const copy = find<HTMLTemplateElement>('#player').content.cloneNode(true) as DocumentFragment;
    this.seat = find('.seat', copy);
    this.details = find('.panel', copy);
    for (const [part, title] of [
      [this.seat, name],
      [this.details, `${name}’s connection`],
    ] as const) {
      part.dataset['player'] = name;
      const heading = find('h2', part);
      heading.textContent = title;
      heading.id = `${part.classList[0]}-of-${name.toLowerCase()}`;
      part.setAttribute('aria-labelledby', heading.id);
    }
    this.joinInput = find('[name=join]', this.seat);
    const isHost = name === 'Host';
    find('[type=submit]', this.seat).textContent = isHost ? 'Create a session' : 'Join the session';
    if (isHost) find('.join-field', this.seat).remove();
    if (!isHost || settings.service === 'simulator') find('.costs', this.seat).remove();
    // On a narrow page they are folded, one tap away.
    if (matchMedia('(width >= 40rem)').matches) {
      for (const part of this.details.querySelectorAll('details:not(.raw)'))
        part.toggleAttribute('open', true);
    }
    // So that people without a mouse can scroll them with the keyboard.
    const boxes = this.details.querySelectorAll<HTMLElement>('.roster, .log, .document');
    for (const box of boxes) box.tabIndex = 0;
    find('.document', this.details).ariaLabel = `Raw session document of the ${name.toLowerCase()}`;
    this.#log = new EventLog(this.details, name);
    this.#trouble = new Trouble(
      this.seat,
      isHost
        ? 'Create a session: the others join with its code.'
        : 'Join with the code of the host, or with the session’s id.',
    );
    this.relay = new RelayConnection(settings.proxyUrl, {
      guest: this.#memory.guest,
      ticket: this.#memory.ticket,
      via: 'gateway',
      fetch: recordingFetch({
        holds: () => timeline.mode === 'held',
        onStart: (request) => {
          const lane = timeline.lane(name);
          const end = lane.request(request, timeline.now);
          const through = setTimeout(() => this.#trouble.recovered(), HELD);
          return (result) => {
            clearTimeout(through);
            end(result, timeline.now);
            timeline.showNumbers();
            if ((result.status ?? 400) < 400) this.#trouble.recovered();
          };
        },
      }),
    });
    this.channel = new PanelChannel(this.relay);
    this.#listen();
    this.#addControls();
  }

  /** Creates a session, or joins the one that the field names. Fails like the connection does. */
  start(): Promise<Endpoint> {
    return this.#begin(() =>
      this.name === 'Host' ? this.relay.create() : this.relay.join(this.joinInput.value.trim()),
    );
  }

  /** Takes the seat from before a reload again, if there was one. */
  resume(): void {
    if (this.#memory.hasTicket) void this.#begin(() => this.relay.resume()).catch(() => {});
  }

  /** Joins at once whoever was invited; or takes their seat again, if they came by the same invitation before. */
  accept(code: string): void {
    this.joinInput.value = code;
    if (this.#memory.hasTicket && this.#memory.invitation === code) {
      this.resume();
      return;
    }
    this.#memory.invitation = code;
    void this.start().catch(() => {});
  }

  async leave(): Promise<void> {
    await this.relay.leave().catch((error: RelayError) => this.#trouble.show(error));
  }

  /** Takes another player's seat away. */
  async kick(playerId: string): Promise<void> {
    await this.relay.kick(playerId).catch((error: RelayError) => this.#trouble.show(error));
  }

  #begin(request: () => Promise<Endpoint>): Promise<Endpoint> {
    this.#trouble.clear();
    this.#options.timeline.start(this.name, this.#options.mode());
    const promise = request();
    promise.catch(() => {
      if (!this.#isInUse) this.#options.timeline.stop(this.name);
    });
    return promise;
  }

  get #isInUse(): boolean {
    return ['requesting', 'waiting', 'open'].includes(this.relay.state);
  }

  #addControls(): void {
    const endpoint = new EndpointView(this.details);
    const roster = new Roster(this.details, async (player) => {
      await this.kick(player.playerId);
      roster.show(this.relay);
    });
    const show = () => {
      const { role, session, state } = this.relay;
      const output = find('.state', this.seat);
      output.textContent = state;
      output.dataset['state'] = state;
      this.#trouble.note(state);
      find('.role', this.seat).textContent = role ? `role: ${role}` : 'no role yet';
      find<HTMLButtonElement>('[type=submit]', this.seat).disabled = this.#isInUse;
      find<HTMLButtonElement>('[name=leave]', this.seat).disabled = !this.#isInUse;
      roster.show(this.relay);
      endpoint.show(this.relay.endpoint);
      if (session) {
        find('.document', this.details).textContent = JSON.stringify(session, null, 2);
      }
    };
    for (const event of ['state', 'session', 'linked', 'close'] as const)
      this.relay.on(event, show);
    find<HTMLFormElement>('form', this.seat).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.start().catch(() => {});
    });
    find('[name=leave]', this.seat).addEventListener('click', () => this.leave());
  }

  #listen(): void {
    const { relay } = this;
    const { linkedAt, timeline } = this.#options;
    const tell = (name: string, detail: string) => {
      this.#log.add(name, detail);
      timeline.lane(this.name).event(name, detail, timeline.now);
    };
    relay.on('state', (state) => {
      this.#log.add('state', state);
      timeline.lane(this.name).state(state, timeline.now);
      if (state === 'waiting') this.#waitingSince = Date.now();
      if (state === 'requesting') this.#waitingSince = Number.POSITIVE_INFINITY;
    });
    relay.on('session', () => {
      tell('session', `the document changed; players: ${relay.players.length}`);
    });
    relay.on('ready', ({ session_id }) => tell('ready', session_id));
    relay.on('linked', async ({ link }) => {
      const knownAt = Date.now();
      tell('linked', link);
      const lane = timeline.lane(this.name);
      const at = await linkedAt(relay.session?.session_id ?? '');
      // A lag is measured once in a run, and only where the player waited when the session was linked.
      if (at === undefined || at < this.#waitingSince || lane.linkLag !== undefined) return;
      lane.linkLag = knownAt - at;
      timeline.showNumbers();
    });
    relay.on('open', ({ link }) => tell('open', link));
    relay.on('retrying', ({ error, attempt, delay }) => {
      const next = Number.isFinite(delay) ? `next in ${Math.round(delay)} ms` : 'once online';
      tell('retrying', `${error.code}, attempt ${attempt}, ${next}. ${error.message}`);
      this.#trouble.show(error, true);
    });
    relay.on('open', () => this.#trouble.clear());
    relay.on('error', (error) => {
      tell('error', `${error.code}: ${error.message}`);
      this.#trouble.show(error);
    });
    relay.on('close', (reason) => {
      tell('close', reason);
      if (reason === 'deleted' || reason === 'revoked') this.#trouble.show(closed(reason));
      timeline.stop(this.name);
    });
  }
}

/** An error for an end that is no failure, so that it gets its advice as well. */
function closed(reason: 'deleted' | 'revoked'): RelayError {
  return reason === 'deleted'
    ? new RelayError('session-deleted', 'The session was ended.')
    : new RelayError('revoked', 'This player’s seat was taken away.');
}
