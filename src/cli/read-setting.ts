/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The value of a setting in the environment, without blanks and line ends around it, for a mounted secret ends with a
 * line end. An empty value counts as not set.
 */
export function readSetting(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
