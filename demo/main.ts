import { compareModes } from './controls/compare-modes.js';
import { Levers } from './controls/levers.js';
import { find } from './elements/element.js';
import { Arena } from './game/arena.js';
import { SeatGame } from './game/seat-game.js';
import { PlayersCharts } from './network/players-charts.js';
import { mountWireSwitch } from './network/wire-switch.js';
import { Invitation } from './players/invitation.js';
import { Panel, type PanelOptions } from './players/panel.js';
import type { PlayerName } from './players/player-name.js';
import type { DemoSettings } from './settings.js';
import { inspectTimeline } from './timeline/details-on-focus.js';
import type { Mode } from './timeline/run-view.js';
import { Timeline } from './timeline/timeline.js';

const settings: DemoSettings = await (await fetch('/service/settings')).json();
const isSimulated = settings.service === 'simulator';
const service = find('#service');
service.textContent = isSimulated
  ? 'Simulated relay service: nothing leaves this machine, nothing is billed.'
  : 'Real Edgegap sessions: each costs money until its host leaves.';
service.classList.add(settings.service);

// A link with ?join=… opens the join in another tab or on another device: one player, not two.
const invited = new URLSearchParams(location.search).get('join');
const players: readonly PlayerName[] = invited ? ['Joiner'] : ['Host', 'Joiner'];

const hold = find<HTMLInputElement>('#hold');
hold.role = 'switch';
const mode = (): Mode => (hold.checked ? 'held' : 'polling');
const timeline = new Timeline(players);
hold.addEventListener('change', () => timeline.unfold(mode()));
const options: PanelOptions = {
  settings,
  timeline,
  mode,
  // Only where page and service have the same clock.
  async linkedAt(sessionId) {
    if (!isSimulated || !/^(127\.|localhost$|\[::1\])/.test(location.hostname)) return undefined;
    const url = `/service/linked?session_id=${encodeURIComponent(sessionId)}`;
    return (await (await fetch(url)).json()).time;
  },
};
const panels = players.map((player) => new Panel(player, options));
find('#seats').append(...panels.map((panel) => panel.seat));
find('#panels').append(...panels.map((panel) => panel.details));
inspectTimeline();
const [first, ...others] = panels.map((panel) => new SeatGame(panel));
if (first) new Arena([first, ...others]);
mountWireSwitch(panels);
const charts = new PlayersCharts(panels, isSimulated && !invited);

const joiner = panels.at(-1) as Panel;
const [host] = panels;
if (host) new Invitation(find('#game .company'), host, settings);
if (host && host !== joiner) {
  host.relay.on('session', ({ session_id }) => {
    joiner.joinInput.value = host.relay.joinCode ?? session_id;
  });
  if (isSimulated) {
    const levers = new Levers({
      host: host.relay,
      timeline,
      linkDelay: settings.linkDelay,
      onLost: (lost) => charts.setLost(lost),
    });
    compareModes(host, joiner, hold, timeline, () => levers.disarm());
  }
}
find('main').hidden = false;
if (invited) joiner.accept(invited);
else for (const panel of panels) panel.resume();
