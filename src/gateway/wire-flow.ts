import type { FromGateway } from '../channel-protocol/control-messages.js';
import { Freshness } from '../channel-protocol/freshness.js';
import { SendWindow } from '../channel-protocol/send-window.js';
import type { Clock } from '../common/clock.js';
import { ProbeNames } from './probe-names.js';
import { WireReports } from './wire-reports.js';

/** How datagrams fare on one wire: a wire that comes back has another network under it, and begins anew. */
export class WireFlow {
  /** Of what comes from the page. */
  readonly freshness = new Freshness();
  /** Of what goes to the page. */
  readonly window: SendWindow;
  readonly reports: WireReports;
  readonly #names: ProbeNames;

  /**
   * @param wire - Sends a message to the page; `undefined` while there is none yet.
   * @param sent - How many datagrams went to the page so far, by all wires.
   */
  constructor(
    clock: Clock,
    wire?: { send(message: FromGateway): void },
    sent: () => number = () => 0,
  ) {
    this.#names = new ProbeNames(clock);
    this.reports = new WireReports(clock.monotonic());
    this.window = new SendWindow(
      () => clock.monotonic(),
      (id) => {
        this.reports.probedAt = clock.monotonic();
        wire?.send({ type: 'probe', id: this.#names.give(id), sent: sent() });
      },
    );
  }

  /** The page has answered a probe, or says so. Returns whether there was one that was not answered yet. */
  answered(name: number): boolean {
    const id = this.#names.take(name);
    if (id === undefined) return false;
    this.window.answered(id);
    return true;
  }
}
