import { RelayApi } from '../../../src/api/relay-api.js';
import { madeByProxy } from '../../support/made-by-proxy.js';
import { newTerminal } from '../new-folder.js';
import type { Scene } from './scene.js';

const apiToken = 'secret';
const baseUrl = 'http://127.0.0.1:8181';
const publicUrl = 'http://127.0.0.1:8080';
const OURS = 'the secret of our own instances 1234';
const THEIRS = 'the secret of somebody else 12345678';

/** The settings that the commands and a proxy of ours have. */
const OUR_SETTINGS = {
  EDGEGAP_API_TOKEN: apiToken,
  EDGEGAP_API_URL: baseUrl,
  RELAIS_SECRETS: OURS,
  RELAIS_PUBLIC_URL: publicUrl,
  RELAIS_ALLOWED_ORIGINS: 'https://game.example',
  RELAIS_GUESTS: 'on',
  RELAIS_GATEWAY: 'on',
  RELAIS_DEVELOPMENT_IP: '203.0.113.7',
  RELAIS_LONGEST_WAIT: '1',
};

/** A session that a proxy of ours has made. */
const makeOurs = (hoursAgo = 0) =>
  madeByProxy({ apiToken, baseUrl, secret: OURS, hoursAgo, publicUrl });

/** An account with sessions of two proxies and one of nobody's, and another proxy where ours should be. */
export const COMMAND_LINE: Scene = {
  async set(closing) {
    const terminal = await newTerminal({ ...OUR_SETTINGS, RELAIS_SECRETS: THEIRS });
    closing.push(() => terminal[Symbol.asyncDispose]());
    await terminal.type(`relais simulator --api-token ${apiToken} --link-delay 0`);
    const first = await makeOurs();
    await madeByProxy({ apiToken, baseUrl, secret: THEIRS });
    await makeOurs();
    await new RelayApi({ apiToken, baseUrl }).createSession({ users: [{ ip: '203.0.113.7' }] });
    await terminal.type('relais proxy --port 8080');
    return { env: OUR_SETTINGS, replace: [['a80b42f96b2f-S', first.id]] };
  },
  turns: {
    'relais doctor': { exit: 1 },
    'relais sessions end': {
      input: 'y\n',
      async before() {
        await makeOurs(26.5);
      },
    },
  },
  varies: [
    // What is true of this machine: its Node may have no support any more, which takes three lines to say.
    /^(fine|warning) +Node .*\n(( .*\n)*)/gm,
    /\d+ (files|sessions|warnings?)\b/g,
    /\b\d+s\b/g,
    / \d{4,5}$/gm,
    // A terminal shows what is typed.
    /\[y\/N\] (y\n)?/g,
  ],
};
