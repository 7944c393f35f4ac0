/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says, without blanks and line ends around it: a mounted secret ends with one. Empty
 * counts as not set.
 */
export function readSetting(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
