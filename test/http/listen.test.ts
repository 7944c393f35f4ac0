import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type ListenOptions, listen } from '../../src/http/listen.js';
import { readJson } from '../../src/http/read-json.js';
import { Gate } from '../support/gate.js';
import { RawClient } from '../support/raw-client.js';

type Handler = Parameters<typeof listen>[0];

/** A server, and a connection to it. */
async function serve(handler: Handler, options: Partial<ListenOptions> = {}) {
  const listener = await listen(handler, { port: 0, hostname: '127.0.0.1', ...options });
  return {
    ...listener,
    client: new RawClient(listener.url),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}

/** Reads a body where there is one, as a route that needs it does. */
const reading: Handler = async (request) => {
  try {
    return Response.json(await readJson(request, 1_000));
  } catch {
    return new Response(null, { status: 400 });
  }
};
const ok: Handler = () => new Response('ok');

const HOST = 'host: x\r\n';

describe.concurrent('a request that does not come to its end', () => {
  it.each([
    ['headers that stop', 'GET / HTTP/1.1\r\nhos', ''],
    ['headers that drip', `GET / HTTP/1.1\r\n${HOST}x: `, 'a'],
    ['a body that stops', `POST / HTTP/1.1\r\n${HOST}content-length: 9\r\n\r\n{`, ''],
    ['a body that drips', `POST / HTTP/1.1\r\n${HOST}content-length: 900\r\n\r\n{`, ' '],
    [
      'a chunked body that drips',
      `POST / HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n`,
      '1\r\n \r\n',
    ],
    [
      'one that was asked to go on',
      `POST / HTTP/1.1\r\n${HOST}expect: 100-continue\r\ncontent-length: 9\r\n\r\n`,
      '',
    ],
  ])('is answered with 408, and its connection closed: %s', async (_what, start, more) => {
    await using server = await serve(reading, { requestTime: 1 });
    const { client } = server;
    client.send(start);
    if (more) client.drip(more);
    await client.closed;
    expect(client.statuses.at(-1)).toBe(408);
    expect(client.received).toContain('"code":"timeout"');
  });

  it.each([
    ['GET', `GET / HTTP/1.1\r\n${HOST}content-length: 900\r\n\r\n`],
    ['a chunked GET', `GET / HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n`],
    ['POST', `POST / HTTP/1.1\r\n${HOST}content-length: 900\r\n\r\n`],
  ])('is answered once, where its body is of no interest: %s', async (_what, start) => {
    await using server = await serve(ok, { requestTime: 1 });
    const { client } = server;
    client.send(start);
    await client.closed;
    expect(client.statuses).toEqual([200]);
  });

  it('gets no answer where it has not begun', async () => {
    await using server = await serve(ok, { requestTime: 1 });
    const { client } = server;
    await client.closed;
    expect(client.received).toBe('');
  });

  it('does not end the requests that did, however long they take', async ({ expect }) => {
    const gate = new Gate();
    await using server = await serve(
      async ({ url }) => {
        if (url.endsWith('/slow')) await gate.pass();
        return new Response('ok');
      },
      { requestTime: 1 },
    );
    const { client } = server;
    client.send(`GET /slow HTTP/1.1\r\n${HOST}\r\n`);
    await gate.arrived;
    // Another's time runs out meanwhile.
    using other = new RawClient(server.url);
    other.send('GET / HTTP/1.1\r\n');
    await other.closed;
    expect(other.statuses).toEqual([408]);
    gate.open();
    await expect.poll(() => client.statuses).toEqual([200]);
    // And so it does for a connection that rests between two requests.
    client.send(`GET / HTTP/1.1\r\n${HOST}\r\n`);
    await expect.poll(() => client.statuses).toEqual([200, 200]);
  });
});

/** Takes WebSockets in, and does nothing with them. */
const upgrades = { upgrade: () => {} };

describe.concurrent('where WebSockets are taken in', () => {
  it.each([
    ['nothing', ''],
    ['half a request for one', 'GET /v1/channel HTTP/1.1\r\nhost: x\r\nupgrade: webso'],
  ])(
    'a connection that sends %s is gone soon, however long a body may take',
    async (_what, text) => {
      await using server = await serve(ok, { requestTime: 3_600, upgrades });
      const { client } = server;
      client.send(text);
      await client.closed;
      expect(client.statuses).toEqual(text ? [408] : []);
    },
    30_000,
  );

  const HTTP2 =
    'connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n';

  const WEBSOCKET = 'connection: upgrade\r\nupgrade: websocket\r\n';

  it.each([
    ['that comes in two pieces', 'content-length: 7', ['{"a"', ':1}']],
    ['that comes at once', 'content-length: 7', ['{"a":1}']],
    ['in chunks', 'transfer-encoding: chunked', ['7\r\n{"a":1}\r\n', '0\r\n\r\n']],
  ])(
    'a request that would rather speak another protocol is answered, with a body %s',
    async (_what, header, pieces) => {
      for (const upgrade of [HTTP2, WEBSOCKET]) {
        await using server = await serve(reading, { upgrades });
        const { client } = server;
        client.send(`POST / HTTP/1.1\r\n${HOST}${upgrade}${header}\r\n\r\n`);
        for (const piece of pieces.slice(0, -1)) client.send(piece);
        // Another one stands behind it: it is answered, or the connection's end says that it must come once more.
        client.send(`${pieces.at(-1)}GET /next HTTP/1.1\r\n${HOST}\r\n`);
        await Promise.race([client.closed, expect.poll(() => client.statuses).toHaveLength(2)]);
        const isClosed = /^connection: close\r$/im.test(client.received);
        expect(client.statuses).toEqual(isClosed ? [200] : [200, 200]);
        expect(client.received).toContain('{"a":1}');
      }
    },
  );

  it('and so is one without a body, with or without a gateway, and the one behind it', async () => {
    await using server = await serve(ok, { upgrades });
    await using other = await serve(ok);
    for (const { client } of [server, other]) {
      client.send(`GET / HTTP/1.1\r\n${HOST}${HTTP2}\r\nGET /next HTTP/1.1\r\n${HOST}\r\n`);
      await expect.poll(() => client.statuses).toEqual([200, 200]);
    }
  });

  it('a request for one that has no body is not answered, but handed on', async () => {
    const paths: unknown[] = [];
    await using server = await serve(ok, {
      upgrades: {
        upgrade: (request, socket) => {
          paths.push((request as IncomingMessage).url);
          (socket as Duplex).destroy();
        },
      },
    });
    const { client } = server;
    client.send(`GET /v1/channel HTTP/1.1\r\n${HOST}${WEBSOCKET}content-length: 0\r\n\r\n`);
    await client.closed;
    expect([client.statuses, paths]).toEqual([[], ['/v1/channel']]);
  });

  it('and one whose body does not come is no exception', async () => {
    await using server = await serve(reading, { requestTime: 1, upgrades });
    const { client } = server;
    client.send(`POST / HTTP/1.1\r\n${HOST}${HTTP2}content-length: 7\r\n\r\n{"a"`);
    await client.closed;
    expect(client.statuses).toEqual([408]);
  });
});

describe('a request that speaks HTTP/1.0, as many a health check does', () => {
  it.each([
    ['without a Host', 'GET /healthz HTTP/1.0\r\n\r\n'],
    ['with an empty one', 'GET /healthz HTTP/1.0\r\nhost:\r\n\r\n'],
    ['with one', 'GET /healthz HTTP/1.0\r\nhost: a.example\r\n\r\n'],
    ['with the whole address', 'GET http://a.example/healthz HTTP/1.0\r\n\r\n'],
    ['with a query', 'GET /healthz?x=/../ HTTP/1.0\r\n\r\n'],
    ['with another method', 'OPTIONS /healthz HTTP/1.0\r\n\r\n'],
  ])('is answered, and its connection closed: %s', async (_what, text) => {
    await using server = await serve(({ url }) => new Response(new URL(url).pathname));
    const { client } = server;
    client.send(text);
    await client.closed;
    expect(client.statuses).toEqual([200]);
    expect(client.received).toMatch(/\/healthz$/);
  });

  it('keeps its connection where it asks for that', async () => {
    await using server = await serve(ok);
    const { client } = server;
    for (const count of [1, 2]) {
      client.send('GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n');
      await expect.poll(() => client.statuses).toHaveLength(count);
    }
    expect(client.statuses).toEqual([200, 200]);
  });

  it.each([
    ['a Host that is none', 'GET / HTTP/1.0\r\nhost: a b\r\n\r\n'],
    ['a path that is none', 'GET healthz HTTP/1.0\r\n\r\n'],
    ['HTTP/1.1 without a Host', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n'],
    [
      'HTTP/1.1 with the whole address and no Host',
      'GET http://a.example/ HTTP/1.1\r\nconnection: close\r\n\r\n',
    ],
  ])('is refused all the same with %s', async (_what, text) => {
    await using server = await serve(ok);
    const { client } = server;
    client.send(text);
    await client.closed;
    expect(client.statuses).toEqual([400]);
    expect(client.received).toContain('"code":"bad-request"');
  });
});

describe('requests that come on one connection before the first is answered', () => {
  const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;

  it('all learn at once that it was cut', async () => {
    let waiting = 0;
    await using server = await serve(
      ({ signal }) =>
        new Promise((resolve) => {
          waiting += 1;
          signal.addEventListener('abort', () => {
            waiting -= 1;
            resolve(new Response(null));
          });
        }),
    );
    const { client } = server;
    client.send(GET.repeat(5));
    await expect.poll(() => waiting).toBe(5);
    client.cut();
    await expect.poll(() => waiting).toBe(0);
  });

  it('are answered in their order, and left alone while it lasts', async () => {
    const gates = [new Gate(), new Gate(), new Gate()];
    let [asked, aborted] = [0, 0];
    await using server = await serve(async ({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted += 1;
      });
      const index = asked;
      asked += 1;
      await gates[index]?.pass();
      return new Response(`answer ${index}`);
    });
    const { client } = server;
    client.send(GET.repeat(3));
    for (const gate of gates.toReversed()) {
      await gate.arrived;
      gate.open();
    }
    await expect.poll(() => client.statuses).toEqual([200, 200, 200]);
    expect(client.received.match(/answer \d/g)).toEqual(['answer 0', 'answer 1', 'answer 2']);
    expect(aborted).toBe(0);
  });
});

describe('a connection without a request', () => {
  const GET = `GET / HTTP/1.1\r\n${HOST}\r\n`;

  it('stays open for longer than load balancers keep theirs, unless told otherwise', async () => {
    await using server = await serve(ok);
    const { client } = server;
    client.send(GET);
    await expect.poll(() => client.received).toMatch(/^keep-alive: timeout=75\r$/im);
    await using short = await serve(ok, { keepAlive: 1 });
    short.client.send(GET);
    await short.client.closed;
    expect(short.client.statuses).toEqual([200]);
  });

  it('is closed at once where the server is, and one with a request after its answer', async () => {
    const gate = new Gate();
    await using server = await serve(async ({ url }) => {
      if (url.endsWith('/slow')) await gate.pass();
      return new Response('ok');
    });
    const busy = new RawClient(server.url);
    server.client.send(GET);
    busy.send(GET);
    await expect
      .poll(() => [server.client, busy].map(({ statuses }) => statuses))
      .toEqual([[200], [200]]);
    busy.send(`GET /slow HTTP/1.1\r\n${HOST}\r\n`);
    await gate.arrived;
    const silent = new RawClient(server.url);
    await silent.opened;
    // With a grace that no test would see the end of.
    const closed = server.close(3_600_000);
    await server.client.closed;
    await silent.closed;
    gate.open();
    await busy.closed;
    expect(busy.statuses).toEqual([200, 200]);
    expect(busy.received).toMatch(/^connection: close\r$/im);
    await closed;
  });
});
