import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service as compose.yaml has it, its variables filled in. */
export interface ComposeService {
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: Readonly<Record<string, { readonly ipv4_address?: string } | null>>;
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly stop_grace_period?: string;
}

/** compose.yaml as a whole. */
export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: {
    readonly relais: { readonly ipam: { readonly config: { subnet: string }[] } };
  };
}

/** Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?what it is}`, as compose does. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, rest) => {
    const value = variables[name] || (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`${name} is missing: ${rest}`);
    return value;
  });
}

/** Each text in a document, with its variables filled in. */
function fillIn(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((each) => fillIn(each, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, fillIn(each, variables)]),
  );
}

/** Reads compose.yaml with these variables in the environment. */
export function readCompose(variables: Readonly<Record<string, string>>): Compose {
  const text = readFileSync('deploy/compose.yaml', 'utf8');
  return fillIn(parse(text, { merge: true }), variables) as Compose;
}

/** What example.env names, filled in. */
export const FILLED_IN = {
  EDGEGAP_API_TOKEN: 'secret-of-the-studio',
  RELAIS_SECRETS: 'a-secret-of-thirty-two-characters',
  RELAIS_HOST: 'relay.studio.example',
  RELAIS_ALLOWED_ORIGINS: 'https://game.example',
  RELAIS_GATEWAY_UDP_ADDRESS: '203.0.113.5',
  RELAIS_GUESTS: 'on',
};
