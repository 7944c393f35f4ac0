import type { Exchanged } from './exchanged.js';

export declare function exchange(
  wire: { send(bytes: Uint8Array): void; onDatagram(bytes: Uint8Array): void },
  play: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly startsIn?: number;
    readonly last?: number;
  },
): Promise<Exchanged>;
