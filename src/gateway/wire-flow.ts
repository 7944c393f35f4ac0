import { Freshness } from '../channel-protocol/freshness.js';
import { SendWindow } from '../channel-protocol/send-window.js';
import type { Clock } from '../common/clock.js';
import type { PageWire } from './page-wire.js';
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

  /** @param wire - `undefined` while there is none yet. */
  constructor(clock: Clock, wire?: PageWire) {
    this.#names = new ProbeNames(clock);
    this.reports = new WireReports(clock.monotonic());
    this.window = new SendWindow(
      () => clock.monotonic(),
      (id) => {
        this.reports.probedAt = clock.monotonic();
        wire?.send({ type: 'probe', id: this.#names.give(id) });
      },
    );
  }

  /** The page has answered a probe, or says so. */
  answered(name: number): void {
    const id = this.#names.take(name);
    if (id !== undefined) this.window.answered(id);
  }
}
