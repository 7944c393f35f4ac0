import { describe, expect, it } from 'vitest';
import { RelayChannel } from '../../src/channel/relay-channel.js';
import type { WireListener } from '../../src/channel/wire.js';
import { gatherUncaught } from '../support/uncaught.js';

const uncaught = gatherUncaught();

/** A channel whose wire the test has in its hands. */
function open() {
  let listener: WireListener | undefined;
  const measures = { gatewayRoundTrip: undefined, relayRoundTrip: undefined, gateway: undefined };
  const channel = new RelayChannel(
    {
      name: 'udp',
      open(_target, _role, given) {
        listener = given;
        return { send: () => undefined, onMoved() {}, measures: () => measures, close() {} };
      },
    },
    { endpoint: () => Promise.reject() as never, gateway: () => undefined },
    'client',
  );
  return { channel, wire: listener as unknown as WireListener };
}

describe('a channel’s listener that throws', () => {
  it('disturbs neither the others nor the channel, and its error surfaces', async () => {
    const { channel, wire } = open();
    const wrong = new Error('The game is wrong.');
    const heard: string[] = [];
    for (const name of ['state', 'datagram', 'close'] as const) {
      channel.on(name, () => {
        throw wrong;
      });
      channel.on(name, () => heard.push(name));
    }
    wire.onUp();
    wire.onRelay(true);
    wire.onDatagram(Uint8Array.of(1), undefined);
    wire.onEnd({ reason: 'deleted' });
    await new Promise(setImmediate);
    expect(heard).toEqual(['state', 'state', 'datagram', 'state', 'close']);
    expect(uncaught).toEqual(Array(5).fill(wrong));
    expect([channel.state, channel.stats().received]).toEqual(['closed', 1]);
  });
});

describe('a channel’s listeners', () => {
  it('for once are called once, and can be taken off, one, those of an event, or all', () => {
    const { channel, wire } = open();
    const heard: string[] = [];
    const one = () => void heard.push('one');
    channel.once('datagram', () => void heard.push('once')).on('datagram', one);
    channel.once('datagram', one).off('datagram', one);
    wire.onDatagram(Uint8Array.of(1), undefined);
    wire.onDatagram(Uint8Array.of(1), undefined);
    expect(heard).toEqual(['once']);
    channel.on('datagram', one).on('state', one);
    expect(channel.removeAllListeners('datagram').eventNames()).toEqual(['state']);
    expect(channel.removeAllListeners().listenerCount('state')).toBe(0);
  });

  it.each([5, {}, null, undefined])('must be functions: %j', (listener) => {
    const { channel } = open();
    expect(() => channel.on('state', listener as never)).toThrow(TypeError);
    expect(() => channel.once('state', listener as never)).toThrow('must be a function');
  });
});
