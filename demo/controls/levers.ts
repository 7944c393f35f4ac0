import type { RelayConnection } from 'relais';
import { element, find } from '../elements/element.js';
import type { Lever, LeverPull } from '../server/lever-routes.js';
import type { Timeline } from '../timeline/timeline.js';

/** What each lever is called, and what it does. */
const LEVERS: Readonly<Record<Exclude<Lever, 'link-delay' | 'disarm'>, readonly [string, string]>> =
  {
    fail: ['Fail this session', 'It will not recover.'],
    'lose-connection': ['Lose the connection', 'No proxy for 3 seconds.'],
    'rate-limit': ['Answer 429', '“Too many”, twice.'],
    relink: ['Relink', 'It gets another relay.'],
    end: ['End the session', 'The service deletes it.'],
    'lose-webhook': ['Lose the webhook', 'The next never arrives.'],
  };

const ADDRESS = '/service/levers';
/** How often the page asks what is still armed, while something is, in milliseconds. */
const LOOK = 500;

/**
 * The levers of the simulator. Those that were pulled and have not struck yet are shown as armed, after a reload, too.
 *
 * @returns what takes all of them back.
 */
export function addLevers(
  host: RelayConnection,
  timeline: Timeline,
  linkDelay: number,
): () => Promise<void> {
  const section = find('#levers');
  const said = find('#lever-said');
  const buttons = new Map<string, HTMLButtonElement>();
  let isLooking = false;

  const send = async (body: LeverPull): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(ADDRESS, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.text();
  };
  /** Marks what is armed, as long as something is. Returns the titles. */
  const showArmed = async (): Promise<string[]> => {
    const armed: string[] = await (await fetch(ADDRESS)).json();
    for (const [lever, button] of buttons)
      button.toggleAttribute('data-armed', armed.includes(lever));
    if (armed.length > 0 && !isLooking) {
      isLooking = true;
      setTimeout(() => {
        isLooking = false;
        void showArmed();
      }, LOOK);
    }
    return armed.map((lever) => LEVERS[lever as keyof typeof LEVERS][0]);
  };
  const pull = async (lever: Exclude<Lever, 'disarm'>, value?: number) => {
    const session_id = host.session?.session_id;
    const body: LeverPull = {
      lever,
      ...(session_id && { session_id }),
      ...(value !== undefined && { value }),
    };
    if (lever !== 'link-delay') timeline.markAll('lever', LEVERS[lever][0]);
    said.textContent = await send(body);
    await showArmed();
  };
  for (const [lever, [title, what]] of Object.entries(LEVERS)) {
    const button = element('button', '', element('strong', '', title), element('span', '', what));
    button.type = 'button';
    button.addEventListener('click', () => void pull(lever as keyof typeof LEVERS));
    buttons.set(lever, button);
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
  void showArmed().then((titles) => {
    if (titles.length > 0) said.textContent = `Still armed from before: ${titles.join(', ')}.`;
  });
  return async () => {
    said.textContent = await send({ lever: 'disarm' });
    await showArmed();
  };
}
