import type { RelayConnection } from 'relais';
import { element, find } from './element.js';
import type { Lever, LeverPull } from './lever-routes.js';
import type { Timeline } from './timeline.js';

/** What each lever is called, and what it does. */
const LEVERS: Readonly<Record<Exclude<Lever, 'link-delay'>, readonly [string, string]>> = {
  fail: ['Fail this session', 'It will not recover.'],
  'lose-connection': ['Lose the connection', 'No proxy for 3 seconds.'],
  'rate-limit': ['Answer 429', '“Too many”, twice.'],
  relink: ['Relink', 'It gets another relay.'],
  end: ['End the session', 'The service deletes it.'],
  'lose-webhook': ['Lose the webhook', 'The next never arrives.'],
};

/** The levers of the simulator. */
export function addLevers(host: RelayConnection, timeline: Timeline, linkDelay: number): void {
  const section = find('#levers');
  const said = find('#lever-said');
  const pull = async (lever: Lever, value?: number) => {
    const session_id = host.session?.session_id;
    const body: LeverPull = {
      lever,
      ...(session_id && { session_id }),
      ...(value !== undefined && { value }),
    };
    if (lever !== 'link-delay') timeline.markAll('lever', LEVERS[lever][0]);
    const response = await fetch('/service/levers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    said.textContent = await response.text();
  };
  for (const [lever, [title, what]] of Object.entries(LEVERS)) {
    const button = element('button', '', element('strong', '', title), element('span', '', what));
    button.type = 'button';
    button.addEventListener('click', () => void pull(lever as Lever));
    find('.lever-buttons', section).append(button);
  }
  const range = find<HTMLInputElement>('#link-delay');
  const shown = find('#link-delay-value');
  const show = () => {
    shown.textContent = `${(range.valueAsNumber / 1_000).toFixed(1)} s`;
  };
  range.value = String(linkDelay);
  show();
  range.addEventListener('input', show);
  range.addEventListener('change', () => void pull('link-delay', range.valueAsNumber));
  section.hidden = false;
}
