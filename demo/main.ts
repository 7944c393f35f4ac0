import { createPanel } from './panel.js';
import type { DemoSettings } from './settings.js';

const settings: DemoSettings = await (await fetch('/settings.json')).json();

const service = document.querySelector('#service');
if (service) {
  service.textContent =
    settings.service === 'simulator'
      ? 'Simulated relay service: nothing leaves this machine.'
      : 'Real Edgegap sessions: each costs money until it is left.';
  service.classList.add(settings.service);
}

const joiner = createPanel('Joiner', settings.proxyUrl, (relay, id) => relay.join(id));
const host = createPanel('Host', settings.proxyUrl, (relay) => relay.create());
host.relay.on('state', () => {
  const id = host.relay.session?.session_id;
  if (id) joiner.sessionInput.value = id;
});
document.querySelector('#panels')?.append(host.element, joiner.element);

// A link with ?join=… opens the join in another tab.
const invited = new URLSearchParams(location.search).get('join');
if (invited) joiner.sessionInput.value = invited;
