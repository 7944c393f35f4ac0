import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Answers } from '../../src/http/answers.js';

it('a connection that is met again and again has one listener', () => {
  const answers = new Answers();
  const socket = new Socket();
  for (let count = 0; count < 20; count += 1) answers.meet(socket);
  expect(socket.listenerCount('close')).toBe(1);
  socket.destroy();
});
