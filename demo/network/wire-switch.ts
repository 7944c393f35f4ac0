import { find } from '../elements/element.js';
import type { Panel } from '../players/panel.js';

/** Lets the viewer choose whether this page's channels may move to a data channel. */
export function mountWireSwitch(panels: readonly Panel[]): void {
  const input = find<HTMLInputElement>('#data-channel');
  input.role = 'switch';
  if (!('RTCPeerConnection' in globalThis)) {
    input.checked = false;
    input.disabled = true;
    input.parentElement?.append(' (this browser has none)');
    return;
  }
  const apply = () => {
    for (const { channel } of panels) {
      channel.setWires(input.checked ? ['websocket', 'webrtc'] : ['websocket']);
    }
  };
  input.addEventListener('change', apply);
  // A browser keeps the switch's place over a reload.
  apply();
}
