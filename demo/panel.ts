import { type Endpoint, RelayConnection } from 'relais';

/** A player's part of the page. */
export interface Panel {
  readonly element: HTMLElement;
  readonly relay: RelayConnection;
  readonly sessionInput: HTMLInputElement;
}

/** Makes the part of the page that belongs to one player, around a connection of their own. */
export function createPanel(
  title: 'Host' | 'Joiner',
  proxyUrl: string,
  start: (relay: RelayConnection, sessionId: string) => Promise<Endpoint>,
): Panel {
  const relay = new RelayConnection(proxyUrl);
  const template = document.querySelector('#panel') as HTMLTemplateElement;
  const element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
  const find = <T extends Element>(selector: string) => element.querySelector(selector) as T;

  find('h2').textContent = title;
  find('[type=submit]').textContent = title === 'Host' ? 'Create a session' : 'Join the session';
  find<HTMLElement>('.join').hidden = title === 'Host';
  const sessionInput = find<HTMLInputElement>('[name=session]');
  const events = find<HTMLOListElement>('.events');
  const since = performance.now();

  const show = (name: string, detail: string) => {
    const item = document.createElement('li');
    item.className = name;
    const time = ((performance.now() - since) / 1000).toFixed(2);
    item.append(tag('time', `${time} s`), tag('strong', name), tag('span', detail));
    events.append(item);
    item.scrollIntoView({ block: 'nearest' });
  };
  relay.on('state', (state) => {
    find('.state').textContent = state;
    show('state', state);
  });
  relay.on('ready', ({ session_id }) => show('ready', session_id));
  relay.on('linked', (endpoint) => {
    show('linked', endpoint.link);
    showEndpoint(find('.endpoint'), endpoint);
  });
  relay.on('open', ({ link }) => show('open', link));
  relay.on('retrying', ({ error, attempt }) => show('retrying', `${attempt}: ${error.message}`));
  relay.on('error', ({ code, message }) => show('error', `${code}: ${message}`));
  relay.on('close', (reason) => show('close', reason));

  find<HTMLFormElement>('form').addEventListener('submit', (event) => {
    event.preventDefault();
    start(relay, sessionInput.value.trim()).catch(({ code, message }) => {
      if (code === 'invalid-state') show('error', message);
    });
  });
  find('[name=leave]').addEventListener('click', () => {
    relay.leave().catch(({ code, message }) => show('error', `${code}: ${message}`));
  });
  return { element, relay, sessionInput };
}

function showEndpoint(list: HTMLElement, endpoint: Endpoint): void {
  list.replaceChildren(
    ...Object.entries(endpoint).map(([name, value]) => {
      const row = document.createElement('div');
      row.append(tag('dt', name), tag('dd', String(value)));
      return row;
    }),
  );
}

function tag(name: string, text: string): HTMLElement {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
