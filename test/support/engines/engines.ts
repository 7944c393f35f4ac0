/**
 * What a player's page does in every engine: the suite of `npm run test:engines` has one test for each, and
 * `docs/browsers.md` a row.
 */
export const BEHAVIOURS = {
  'main-job': 'two pages get their relay: ready, linked, open, with host, port and tokens',
  worker: 'a worker, which has no window, hosts a match, hears who joins, and leaves',
  'join-by-code': 'a player joins by code, and all hear who is there',
  kick: 'the host kicks a player, who is told so',
  reload: 'a page that is reloaded resumes in its seat',
  offline: 'a page that goes offline and back goes on, and hears what it missed',
  cut: 'a page that is cut off from the proxy for a while goes on, and hears what it missed',
  'closed-tab': 'a tab that is closed says farewell, and its seat is free after the grace',
  back: 'a player who leaves the page, and goes back to it, is in their seat again',
  'back-forward-cache': 'a page that comes out of the back-forward cache goes on in its seat',
  hidden: 'a hidden tab stays in the match, hears who comes, and answers datagrams',
  channel: 'datagrams go both ways, up to the largest, until the channel’s player is kicked',
  'channel-reload': 'a reloaded page has its channel again, with its connection id',
  'data-channel':
    'datagrams travel by a data channel soon after the start, and none goes missing uncounted',
  'thousand-datagrams': '1,000 datagrams on a clean wire go there and back, and none is lost',
} as const;

export type Behaviour = keyof typeof BEHAVIOURS;

interface Engine {
  /** As in the docs. */
  readonly name: string;
  /** The version that the suite was last run with by hand; it may run with any newer one. */
  readonly version: string;
  /** What the suite has no test of there, and why not. It prints that, and the docs have it. */
  readonly cannot: Partial<Record<Behaviour, string>>;
}

export const ENGINES = {
  chromium: { name: 'Chromium', version: '156', cannot: {} },
  firefox: {
    name: 'Firefox',
    version: '153',
    cannot: {
      'back-forward-cache':
        'It keeps no page that waits for an answer, as the connection does all the time. The page is loaded anew.',
    },
  },
  webkit: {
    name: 'WebKitGTK',
    version: '2.50',
    cannot: {
      offline:
        'Its WebDriver has no command for it. The page is cut off without being told that it is offline.',
      'data-channel':
        'It has no `RTCPeerConnection` as Debian builds it. The channel stays on its WebSocket.',
    },
  },
} satisfies Record<string, Engine>;

export type EngineName = keyof typeof ENGINES;
