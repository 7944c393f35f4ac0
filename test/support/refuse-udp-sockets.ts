import { Socket } from 'node:dgram';
import { vi } from 'vitest';

/** Lets the system refuse UDP sockets: those of IPv6, as a machine without it does, or all of them. */
export function refuseUdpSockets(families: readonly string[], code: string): Disposable {
  const bind = Socket.prototype.bind;
  const spy = vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (
    this: Socket & { readonly type: string },
    ...args: unknown[]
  ) {
    if (!families.includes(this.type)) return Reflect.apply(bind, this, args);
    queueMicrotask(() => this.emit('error', Object.assign(new Error(`bind ${code}`), { code })));
    return this;
  });
  return { [Symbol.dispose]: () => spy.mockRestore() };
}
