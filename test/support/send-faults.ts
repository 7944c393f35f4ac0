import { Socket } from 'node:dgram';
import { vi } from 'vitest';

/** Where what a peer sends to its relay says what it is, and that it is data. */
const TYPE_AT = 8;
const DATA = 2;

/**
 * Has the system fail to send each of the data that peers send to their relay.
 *
 * @param code - what it fails with.
 */
export function failToSendData(code: string): Disposable {
  const send = Socket.prototype.send;
  const spy = vi.spyOn(Socket.prototype, 'send').mockImplementation(function (
    this: Socket,
    ...given: unknown[]
  ) {
    const [bytes, whenSent] = given as [Uint8Array, (error: Error) => void];
    const isPeers = given.length === 2;
    if (isPeers && bytes[TYPE_AT] === DATA) {
      process.nextTick(whenSent, Object.assign(new Error(code), { code }));
    } else send.apply(this, given as never);
  });
  return { [Symbol.dispose]: () => spy.mockRestore() };
}
