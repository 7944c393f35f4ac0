import type { IncomingMessage, Server } from 'node:http';
import { ignoreUpgrade } from './ignore-upgrade.js';
import type { UpgradeHandler } from './upgrade-handler.js';

/** What Node's server can be told from 22.21 and 24.9 on; its types do not know it yet. */
export interface UpgradeChoice {
  /** Whether a request for an upgrade is told by `upgrade`, and not by `request` like any other. */
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
}

/**
 * Requests with a body are read like any other, whatever upgrade they ask for: Node 26 has read the body by itself
 * where it tells of the upgrade, so that the request could not be read once more.
 */
export const UPGRADES: UpgradeChoice = { shouldUpgradeCallback: (request) => !hasBody(request) };

/** Hands requests for a WebSocket on, with their connections. Other upgrades are ignored. */
export function handOnUpgrades(server: Server, upgrades: UpgradeHandler | undefined): void {
  server.on('upgrade', (request, socket, head) => {
    const wantsWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
    if (upgrades && wantsWebSocket && !hasBody(request)) upgrades.upgrade(request, socket, head);
    else ignoreUpgrade(server, request, socket, head);
  });
}

/**
 * Whether what comes behind a request may be lost: Node stops reading at the end of one that asks for an upgrade, and
 * where that is ignored, it forgets what it has read beyond.
 */
export function losesWhatFollows({ headers }: IncomingMessage): boolean {
  return headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '');
}

/** A request for a WebSocket has none: what follows it is the WebSocket's. */
function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || Number(length) !== 0;
}
