import { type Endpoint, RelayConnection, RelayError } from 'relais';
import { find } from './element.js';
import { EndpointView } from './endpoint-view.js';
import { EventLog } from './event-log.js';
import { Invitation } from './invitation.js';
import type { PlayerName } from './player-name.js';
import { recordingFetch } from './recorder.js';
import { Roster } from './roster.js';
import type { Mode } from './run-view.js';
import { SeatMemory } from './seat-memory.js';
import type { DemoSettings } from './settings.js';
import type { Timeline } from './timeline.js';
import { Trouble } from './trouble.js';

/** A request is lost at once, or it got through: what lasts longer than this is held. In milliseconds. */
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

/** A player's part of the page, around a connection of their own. */
export class Panel {
  readonly element: HTMLElement;
  readonly relay: RelayConnection;
  readonly joinInput: HTMLInputElement;
  readonly #name: PlayerName;
  readonly #options: PanelOptions;
  readonly #memory: SeatMemory;
  readonly #log: EventLog;
  readonly #trouble: Trouble;
  /** When this player began to wait for news, in milliseconds since the epoch. */
  #waitingSince = Number.POSITIVE_INFINITY;

  constructor(name: PlayerName, options: PanelOptions) {
    const { settings, timeline } = options;
    this.#name = name;
    this.#options = options;
    this.#memory = new SeatMemory(name);
    const template = find<HTMLTemplateElement>('#panel').content;
    this.element = find('.panel', template.cloneNode(true) as DocumentFragment);
    this.element.dataset['player'] = name;
    this.joinInput = find('[name=join]', this.element);
    const title = find('h2', this.element);
    title.textContent = name;
    title.id = `${name.toLowerCase()}-title`;
    this.element.setAttribute('aria-labelledby', title.id);
    find('[type=submit]', this.element).textContent =
      name === 'Host' ? 'Create a session' : 'Join the session';
    find(name === 'Host' ? '.join-field' : '.host-hint', this.element).remove();
    if (name === 'Host' && settings.service === 'edgegap') {
      find('.host-hint', this.element).textContent = 'This costs money until you leave.';
    }
    // Whoever has no mouse scrolls them with the keyboard.
    for (const box of ['.trouble', '.roster', '.log', '.document']) {
      find(box, this.element).tabIndex = 0;
    }
    find('.document', this.element).ariaLabel = `Raw session document of the ${name.toLowerCase()}`;
    this.#log = new EventLog(this.element, name);
    this.#trouble = new Trouble(this.element);
    this.relay = new RelayConnection(settings.proxyUrl, {
      guest: this.#memory.guest,
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
    this.#listen();
    this.#addControls();
  }

  /** Creates a session, or joins the one that the field names. Fails like the connection does. */
  start(): Promise<Endpoint> {
    return this.#begin(() =>
      this.#name === 'Host' ? this.relay.create() : this.relay.join(this.joinInput.value.trim()),
    );
  }

  /** Takes the seat of before a reload again, where there is one. */
  resume(): void {
    const { ticket } = this.#memory;
    if (ticket) void this.#begin(() => this.relay.resume(ticket)).catch(() => {});
  }

  async leave(): Promise<void> {
    await this.relay.leave().catch((error: RelayError) => this.#trouble.show(error));
  }

  #begin(request: () => Promise<Endpoint>): Promise<Endpoint> {
    this.#trouble.clear();
    this.#options.timeline.start(this.#name, this.#options.mode());
    const promise = request();
    promise.catch((error: RelayError) => {
      // What is refused before it begins has no events.
      if (['invalid-state', 'invalid-request'].includes(error.code)) this.#trouble.show(error);
      if (!this.#isInUse) this.#options.timeline.stop(this.#name);
    });
    return promise;
  }

  get #isInUse(): boolean {
    return ['requesting', 'waiting', 'open'].includes(this.relay.state);
  }

  #addControls(): void {
    const { settings } = this.#options;
    const endpoint = new EndpointView(this.element);
    const invitation = new Invitation(this.element, settings);
    const roster = new Roster(this.element, async (player) => {
      await this.relay.kick(player.player_id).catch((error: RelayError) => {
        this.#trouble.show(error);
        roster.show(this.relay);
      });
    });
    const show = () => {
      const { role, session, state, joinCode } = this.relay;
      const output = find('.state', this.element);
      output.textContent = state;
      output.dataset['state'] = state;
      find('.role', this.element).textContent = role ? `role: ${role}` : 'no role yet';
      find<HTMLButtonElement>('[type=submit]', this.element).disabled = this.#isInUse;
      find<HTMLButtonElement>('[name=leave]', this.element).disabled = !this.#isInUse;
      invitation.show(joinCode ?? session?.session_id);
      roster.show(this.relay);
      endpoint.show(this.relay.endpoint);
      if (session) {
        find('.document', this.element).textContent = JSON.stringify(session, null, 2);
      }
    };
    for (const event of ['state', 'session', 'linked', 'close'] as const)
      this.relay.on(event, show);
    find<HTMLFormElement>('form', this.element).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.start().catch(() => {});
    });
    find('[name=leave]', this.element).addEventListener('click', () => this.leave());
  }

  #listen(): void {
    const { relay } = this;
    const { linkedAt, timeline } = this.#options;
    const tell = (name: string, detail: string) => {
      this.#log.add(name, detail);
      timeline.lane(this.#name).event(name, detail, timeline.now);
    };
    relay.on('state', (state) => {
      this.#log.add('state', state);
      timeline.lane(this.#name).state(state, timeline.now);
      if (state === 'waiting') this.#waitingSince = Date.now();
      if (state === 'requesting') this.#waitingSince = Number.POSITIVE_INFINITY;
    });
    relay.on('session', () => {
      this.#memory.ticket = relay.ticket;
      tell('session', `the document changed; players: ${relay.players.length}`);
    });
    relay.on('ready', ({ session_id }) => tell('ready', session_id));
    relay.on('linked', async ({ link }) => {
      const knownAt = Date.now();
      tell('linked', link);
      const lane = timeline.lane(this.#name);
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
      this.#memory.ticket = undefined;
      if (reason === 'deleted' || reason === 'revoked') this.#trouble.show(closed(reason));
      timeline.stop(this.#name);
    });
  }
}

/** Ends that are no failure have no error of their own, but the same advice. */
function closed(reason: 'deleted' | 'revoked'): RelayError {
  return reason === 'deleted'
    ? new RelayError('session-deleted', 'The session was ended.')
    : new RelayError('revoked', 'This player’s seat was taken away.');
}
