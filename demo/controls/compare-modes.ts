import { find } from '../elements/element.js';
import type { Panel } from '../players/panel.js';
import type { Timeline } from '../timeline/timeline.js';

/** One click: the same match twice, once held and once polling, so that both runs can be compared. */
export function compareModes(
  host: Panel,
  joiner: Panel,
  hold: HTMLInputElement,
  timeline: Timeline,
  disarm: () => Promise<void>,
): void {
  const button = find<HTMLButtonElement>('#compare');
  const leave = async () => {
    await joiner.leave();
    await host.leave();
  };
  const play = async () => {
    const hosting = host.start();
    // Either player may fail while the other is still on the way.
    hosting.catch(() => {});
    await Promise.race([hosting, new Promise((resolve) => host.relay.once('session', resolve))]);
    await Promise.all([hosting, joiner.start()]);
  };
  button.hidden = false;
  button.addEventListener('click', async () => {
    const wasOn = hold.checked;
    button.disabled = true;
    // Unfolded now, at the click: once events arrive, nothing may move.
    timeline.unfold('polling');
    try {
      // A lever that is armed would strike only one of the two runs, and spoil the comparison.
      await disarm();
      for (const isHeld of [true, false]) {
        await leave();
        hold.checked = isHeld;
        await play();
        // Long enough to see what an open session asks for.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }
      await leave();
    } catch {
      // The panels show what went wrong.
    } finally {
      hold.checked = wasOn;
      button.disabled = false;
    }
  });
}
