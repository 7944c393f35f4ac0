import { renderSVG } from 'uqr';
import { copyOnClick } from '../elements/copy-button.js';
import { element, find } from '../elements/element.js';
import type { DemoSettings } from '../settings.js';
import type { Panel } from './panel.js';

/** The join code, large, with a link and a QR code that open the join elsewhere. */
export class Invitation {
  readonly #code: HTMLElement;
  readonly #target: HTMLElement;
  readonly #link = element('a', '', 'Join in another tab');
  readonly #copy: HTMLButtonElement;
  readonly #qr: HTMLElement;
  readonly #base: string;
  #shown = '';

  /** @param place - where it is put, before all that is there. */
  constructor(
    place: HTMLElement,
    { name, relay }: Panel,
    { invitationBase, isLocalOnly }: DemoSettings,
  ) {
    this.#base = invitationBase;
    const root = find('.invite', find<HTMLTemplateElement>('#invitation').content);
    root.dataset['player'] = name;
    place.prepend(root);
    this.#code = find('.join-code', root);
    this.#target = find('.invite-target', root);
    this.#link.target = '_blank';
    this.#link.rel = 'noopener';
    this.#copy = find('[name=copy-link]', root);
    this.#qr = find('.qr', root);
    this.#qr.role = 'img';
    this.#qr.ariaLabel = 'QR code: there is no session yet';
    copyOnClick(this.#copy, 'the link', () => this.#link.href);
    find('.reach', root).append(
      ...(isLocalOnly
        ? [
            'Works on this machine only. Start with “npm run demo ',
            element('code', '', '-- --host 0.0.0.0'),
            '” for other devices.',
          ]
        : ['Works on every device in this network.']),
    );
    const show = () => this.#show(relay.joinCode ?? relay.session?.session_id);
    for (const event of ['state', 'session', 'close'] as const) relay.on(event, show);
  }

  /** @param code - A join code or a session id; nothing while there is no session. */
  #show(code: string | undefined): void {
    if (this.#shown === (code ?? '')) return;
    this.#shown = code ?? '';
    this.#copy.disabled = !code;
    this.#code.classList.toggle('none', !code);
    if (!code) {
      this.#code.textContent = '';
      this.#target.textContent = 'No session yet';
      this.#qr.replaceChildren();
      this.#qr.ariaLabel = 'QR code: there is no session yet';
      return;
    }
    const url = new URL(this.#base);
    url.searchParams.set('join', code);
    this.#code.textContent = code;
    this.#link.href = url.href;
    this.#target.replaceChildren(this.#link);
    // Our own link, as an SVG that the library made of it.
    this.#qr.innerHTML = renderSVG(url.href, { border: 2 });
    this.#qr.ariaLabel = 'QR code of the link that joins this session';
  }
}
