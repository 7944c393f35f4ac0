import { runCommand } from './command.js';

/** The built `relais simulator` and `relais proxy` with its gateway, each a process of its own. */
export interface BuiltCommands extends AsyncDisposable {
  readonly proxyUrl: string;
}

/**
 * @param origin - Of the pages that may use the proxy.
 * @param env - More settings of the proxy's.
 */
export async function startBuiltCommands(
  origin: string,
  env: Record<string, string> = {},
): Promise<BuiltCommands> {
  const token = 'secret-of-the-studio';
  const simulator = runCommand(
    ['simulator', '--port', '0', '--api-token', token, '--link-delay', '50'],
    {},
  );
  const proxy = runCommand(['proxy', '--port', '0'], {
    EDGEGAP_API_TOKEN: token,
    RELAIS_DRAIN: '0',
    EDGEGAP_API_URL: await simulator.listening,
    RELAIS_GUESTS: 'on',
    RELAIS_DEVELOPMENT_IP: '203.0.113.7',
    RELAIS_ALLOWED_ORIGINS: origin,
    RELAIS_GATEWAY: 'on',
    ...env,
  });
  return {
    proxyUrl: await proxy.listening,
    async [Symbol.asyncDispose]() {
      for (const command of [proxy, simulator]) {
        command.stop('SIGTERM');
        await command.ended;
      }
    },
  };
}
