import type { Endpoint } from 'relais';
import { breakable } from '../elements/breakable-text.js';
import { copyOnClick } from '../elements/copy-button.js';
import { element, find } from '../elements/element.js';

const FIELDS = {
  role: 'role',
  protocol: 'protocol',
  ip: 'ip',
  port: 'port',
  host: 'host',
  link: 'link',
  sessionAuthorizationToken: 'session token',
  userAuthorizationToken: 'user token',
} as const satisfies Record<keyof Endpoint, string>;

/** The endpoint's fields, each with a copy button. All rows are there from the start, so that nothing moves. */
export class EndpointView {
  readonly #gist: HTMLElement;
  readonly #copyAll: HTMLButtonElement;
  readonly #rows: { key: keyof Endpoint; value: HTMLElement; copy: HTMLButtonElement }[];
  #endpoint: Endpoint | undefined;

  constructor(root: HTMLElement) {
    const list = find('.endpoint', root);
    this.#gist = find('.endpoint-block .gist', root);
    this.#copyAll = find('[name=copy-endpoint]', root);
    copyOnClick(this.#copyAll, 'the endpoint', () => JSON.stringify(this.#endpoint, null, 2));
    this.#rows = (Object.keys(FIELDS) as (keyof Endpoint)[]).map((key) => {
      const value = element('dd', '', element('span', 'value', '–'));
      const copy = element('button', 'copy icon');
      copy.type = 'button';
      copy.disabled = true;
      copy.ariaLabel = `Copy ${FIELDS[key]}`;
      copyOnClick(copy, FIELDS[key], () => String(this.#endpoint?.[key] ?? ''));
      value.append(copy);
      const name = element('dt', '', FIELDS[key]);
      name.title = key;
      const field = element('div', '', name, value);
      field.dataset['field'] = key;
      list.append(field);
      return { key, value: find('.value', value), copy };
    });
  }

  show(endpoint: Endpoint | undefined): void {
    this.#endpoint = endpoint;
    this.#copyAll.disabled = !endpoint;
    this.#gist.textContent = endpoint ? `${endpoint.ip}:${endpoint.port}` : '';
    for (const { key, value, copy } of this.#rows) {
      const known = endpoint?.[key];
      value.replaceChildren(...(known === undefined ? ['–'] : breakable(String(known))));
      copy.disabled = known === undefined;
    }
  }
}
