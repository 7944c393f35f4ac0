import { element, find } from './element.js';

/** Tells people who cannot see the page what just happened. */
export function announce(text: string): void {
  find('#announcer').textContent = text;
}

/** Makes a button copy what `text` returns, and say so. */
export function copyOnClick(button: HTMLButtonElement, name: string, text: () => string): void {
  button.addEventListener('click', async () => {
    const copied = await copy(text());
    announce(copied ? `Copied ${name}.` : `This browser does not let the page copy ${name}.`);
    button.dataset['copied'] = String(copied);
    setTimeout(() => delete button.dataset['copied'], 1_500);
  });
}

/** Copies a text. Pages without TLS, on another device for instance, have only the old way. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const field = element('textarea', 'visually-hidden', text);
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
