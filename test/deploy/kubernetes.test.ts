import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { PROXY_SETTINGS } from '../../src/cli/proxy-settings.js';
import { complaintsAbout } from '../docs/compile.js';
import { patchFields } from './kubernetes-patch.js';

const require = createRequire(import.meta.url);
const FOLDER = 'deploy/kubernetes';

type DeploymentSpec = NonNullable<IDeployment['spec']>;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** All that the folder describes, each with its file; values for Helm and patches are no manifests. */
const manifests = readdirSync(FOLDER).flatMap((file) =>
  parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8'), { strict: true, uniqueKeys: true })
    .map((document) => {
      expect(document.errors).toEqual([]);
      return { file, manifest: document.toJS() as Manifest };
    })
    .filter(({ manifest }) => 'kind' in manifest),
);

/** The proxies' deployment with the patch for data channels. */
function deploymentWithDataChannels() {
  const text = readFileSync(join(FOLDER, 'data-channels.yaml'), 'utf8');
  return patchFields(find('Deployment', 'relais'), parse(text)) as Manifest & {
    readonly spec: DeploymentSpec;
  };
}

/** One of them. */
function find(kind: string, name: string): Manifest {
  const found = manifests.find(
    ({ manifest }) => manifest.kind === kind && manifest.metadata.name === name,
  );
  if (!found) throw new Error(`There is no ${kind} called ${name}.`);
  return found.manifest;
}

describe('the Kubernetes example', () => {
  it('has what an example must have', () => {
    expect(manifests.map(({ manifest }) => `${manifest.kind} ${manifest.metadata.name}`)).toEqual(
      expect.arrayContaining([
        'Deployment relais',
        'Service relais',
        'PodDisruptionBudget relais',
        'HorizontalPodAutoscaler relais',
      ]),
    );
  });

  it.each(
    manifests.map(
      ({ file, manifest }) =>
        [`${file}: ${manifest.kind} ${manifest.metadata.name}`, manifest] as const,
    ),
  )('Kubernetes’ own schema takes %s', (_, manifest) => {
    const models = require(`kubernetes-models/${manifest.apiVersion}`);
    new models[manifest.kind](manifest).validate();
  });

  it('has no field that Kubernetes does not know, and none of a wrong type', () => {
    const all = [...manifests.map(({ manifest }) => manifest), deploymentWithDataChannels()];
    const sources = all.map(({ apiVersion, kind, ...fields }, index) => [
      `manifest-${index}`,
      `import type { I${kind} } from 'kubernetes-models/${apiVersion}';
export const manifest: Omit<I${kind}, 'apiVersion' | 'kind'> = ${JSON.stringify(fields, null, 2)};`,
    ]);
    expect(complaintsAbout(new Map(sources as [string, string][]))).toEqual([]);
  });

  it('with data channels, gives each pod the UDP port that its pages are told, at its node’s address', () => {
    const manifest = deploymentWithDataChannels();
    const models = require('kubernetes-models/apps/v1');
    new models.Deployment(manifest).validate();
    const [container] = manifest.spec.template?.spec?.containers ?? [];
    const env = new Map(container?.env?.map((each) => [each.name, each]));
    const port = Number(env.get('RELAIS_GATEWAY_UDP_PORT')?.value);
    expect(env.get('RELAIS_GATEWAY_UDP_ADDRESS')?.valueFrom?.fieldRef?.fieldPath).toBe(
      'status.hostIP',
    );
    expect(container?.ports).toContainEqual({
      name: 'udp',
      containerPort: port,
      hostPort: port,
      protocol: 'UDP',
    });
    // A node that has the port taken takes no second pod meanwhile.
    expect(manifest.spec.strategy?.rollingUpdate).toEqual({ maxUnavailable: 1, maxSurge: 0 });
    const policy = find('NetworkPolicy', 'relais-udp') as unknown as INetworkPolicy;
    expect(policy.spec?.ingress).toEqual([{ ports: [{ port, protocol: 'UDP' }] }]);
  });

  it('sets settings that there are', () => {
    const { spec } = deploymentWithDataChannels();
    const names = (spec.template?.spec?.containers[0]?.env ?? []).map(({ name }) => name);
    const known = PROXY_SETTINGS.map(({ name }) => name);
    expect(names.filter((name) => !known.includes(name))).toEqual(['POD_IP']);
  });

  it('nginx has nothing to say about its configuration in front of the pods', () => {
    const folder = mkdtempSync(join(tmpdir(), 'relais-front-'));
    const { data } = find('ConfigMap', 'relais-front');
    const tls = ['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')];
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=relay.studio.example'];
    execFileSync('openssl', ['req', ...kind, ...tls], { stdio: 'ignore' });
    const text = (data?.['nginx.conf'] ?? '')
      // The service's name is known in the cluster only.
      .replace('server relais:8080', 'server 127.0.0.1:8080')
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/etc/nginx/tls', folder);
    writeFileSync(join(folder, 'nginx.conf'), text);
    const args = ['-t', '-q', '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
    expect(execFileSync('sh', ['-c', 'nginx "$@" 2>&1', 'sh', ...args]).toString()).toBe('');
    rmSync(folder, { recursive: true });
  });
});
