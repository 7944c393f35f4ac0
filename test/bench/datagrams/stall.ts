import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { GatewaySocket, type WebSocketClass } from '../../../src/channel/gateway-socket.js';
import { systemClock } from '../../../src/common/clock.js';
import { type BenchOptions, type Figure, figure } from '../figure.js';
import { moment } from '../moment.mjs';
import { startProcess } from '../process.js';

/** What the relay sends to the page. */
const FLOOD = { perSecond: 500, size: 1_000 };

/** A page that reads nothing for a while: what is accepted for it, and how old what its game gets afterwards is. */
export async function stall({ quick, say }: BenchOptions): Promise<Figure[]> {
  say('datagrams/stall');
  using farEnd = startProcess();
  using gateway = startProcess();
  const relay = await farEnd.tell<{ port: number }>('flood', FLOOD);
  const { url } = await gateway.tell<{ url: string }>('gateway', relay);
  const ages: number[] = [];
  let wire: WebSocket | undefined;
  class Wire extends WebSocket {
    constructor(target: string, protocols: string[]) {
      super(target, protocols, { perMessageDeflate: false });
      wire = this;
    }
  }
  const page = openPage(url, Wire, ages);
  await sleep(3_000);
  if (ages.length === 0) throw new Error('No datagram came.');
  const accepted = async () => (await gateway.tell<Totals>('totals')).toPage.sent;
  wire?.pause();
  const before = await accepted();
  await sleep(quick ? 1_000 : 10_000);
  const meanwhile = (await accepted()) - before;
  ages.length = 0;
  wire?.resume();
  await sleep(2_000);
  page.close(1000);
  if (ages.length === 0) throw new Error('No datagram came after the stall.');
  return [
    figure('datagrams/stall/accepted', 'KiB', (meanwhile * FLOOD.size) / 1024),
    figure('datagrams/stall/stalest', 'ms', Math.max(...ages)),
  ];
}

interface Totals {
  readonly toPage: { readonly sent: number };
}

/** The page's own end of the wire. */
function openPage(url: string, create: WebSocketClass, ages: number[]): GatewaySocket {
  const traffic = {
    onDatagram: (payload: Uint8Array) => {
      const view = new DataView(payload.buffer, payload.byteOffset);
      ages.push(moment() - view.getFloat64(0, true));
    },
    onDrop: () => {},
    onTally: () => {},
    sent: () => 0,
  };
  const tools = { clock: systemClock, isHost: false, traffic };
  return new GatewaySocket(create, { url, ticket: 'page', key: undefined }, tools, {
    onMessage: () => {},
    onClosed: (code) => {
      throw new Error(`The gateway closed the wire: ${code}.`);
    },
  });
}
