import { parseUrl } from '../../common/parse-url.js';
import { PROXY_SETTINGS } from '../proxy-settings.js';
import { type Env, readSetting } from '../read-setting.js';

/** What stands for a secret. */
const HIDDEN = '[secret]';
/** The shortest secret that is looked for. A shorter one, "secret" for instance, occurs in all sorts of sentences. */
const SHORTEST = 8;

/**
 * Takes the secrets out of a text. No finding has any; should one slip in all the same, by way of somebody's error, it
 * goes no further.
 */
export function withoutSecrets(text: string, env: Env): string {
  return secretsOf(env).reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
}

/** All secrets of the settings, the longest first: each value, each entry of a list, and the password in a URL. */
function secretsOf(env: Env): string[] {
  const values = PROXY_SETTINGS.filter(({ isSecret }) => isSecret).flatMap(
    ({ name }) => readSetting(env, name) ?? [],
  );
  return values
    .flatMap((value) => [
      value,
      ...value.split(',').map((entry) => entry.trim()),
      ...passwordsIn(value),
    ])
    .filter(({ length }) => length >= SHORTEST)
    .sort((one, other) => other.length - one.length);
}

/** The password in a URL, as it stands there and as it is meant. */
function passwordsIn(value: string): string[] {
  const { password = '' } = parseUrl(value) ?? {};
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
