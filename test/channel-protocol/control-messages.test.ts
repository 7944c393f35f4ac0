import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type FromGateway,
  readFromGateway,
  readFromPage,
  writeControlMessage,
} from '../../src/channel-protocol/control-messages.js';
import { offerTicket, SUBPROTOCOL, ticketOf } from '../../src/channel-protocol/subprotocol.js';

describe('a control message', () => {
  it('comes back as it was', () => {
    const passage = { received: 3, sent: 2, dropped: { late: 1 } };
    const messages: FromGateway[] = [
      {
        type: 'hello',
        version: 1,
        url: null,
        role: 'server',
        returned: false,
        received: 4,
        sent: 2,
      },
      { type: 'state', state: 'open' },
      { type: 'stats', relayRoundTrip: 1.5, fromPage: passage, toPage: passage },
      { type: 'probe', id: 1 },
      { type: 'echo', id: 1 },
    ];
    for (const message of messages) {
      expect(readFromGateway(writeControlMessage(message))).toEqual(message);
    }
  });

  it('may say more than is known', () => {
    expect(readFromPage('{"type":"probe","id":1,"new":true}')).toEqual({
      type: 'probe',
      id: 1,
    });
  });

  it('is none in any other text, and nothing throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readFromPage(text)).toBeUndefined();
        expect(() => readFromGateway(text)).not.toThrow();
      }),
    );
    for (const text of ['{"type":"probe"}', '{"type":"probe","id":-1}', '{"type":"hello"}']) {
      expect(readFromPage(text)).toBeUndefined();
    }
  });
});

describe('a ticket among the subprotocols', () => {
  it('comes back as it was; without one there is none', () => {
    expect(ticketOf(offerTicket('a.b-c_d'))).toBe('a.b-c_d');
    expect(ticketOf([SUBPROTOCOL])).toBeUndefined();
    expect(ticketOf([])).toBeUndefined();
  });
});
