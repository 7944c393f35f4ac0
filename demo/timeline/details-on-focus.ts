import { find } from '../elements/element.js';

const IDLE = 'Point at a bar, band or mark, or reach it by Tab and arrow keys.';

/** The things that have details. */
const ITEMS = '.band, .bar, .mark';

/** Tells the details of what the pointer or the focus is on, and moves the focus with the arrow keys. */
export function inspectTimeline(): void {
  const inspector = find('#inspector');
  const board = find('.board');
  const show = (target: EventTarget | null) => {
    const item = target instanceof Element ? target.closest(ITEMS) : undefined;
    inspector.textContent = item?.ariaLabel ?? IDLE;
    inspector.classList.toggle('idle', !item);
  };
  show(null);
  board.addEventListener('pointerover', ({ target }) => show(target));
  board.addEventListener('pointerleave', () => show(document.activeElement));
  board.addEventListener('focusin', ({ target }) => show(target));
  board.addEventListener('focusout', () => show(null));
  board.addEventListener('keydown', (event) => {
    const item = event.target instanceof Element ? event.target.closest(ITEMS) : undefined;
    const next = item && nextItem(item, event.key);
    if (!next) return;
    event.preventDefault();
    (item as HTMLElement).tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
}

function nextItem(item: Element, key: string): HTMLElement | null | undefined {
  const next = {
    ArrowRight: item.nextElementSibling,
    ArrowLeft: item.previousElementSibling,
    Home: item.parentElement?.firstElementChild,
    End: item.parentElement?.lastElementChild,
  }[key];
  return next as HTMLElement | null | undefined;
}
