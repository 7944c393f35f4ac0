import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate for 127.0.0.1, in files that go with it. */
export interface Certificate extends Disposable {
  readonly cert: string;
  readonly key: string;
}

export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'relais-certificate-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const whose = ['-subj', '/CN=relais test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-days', '2', '-out', cert, '-keyout', key];
  execFileSync('openssl', ['req', ...kind, ...whose, ...files], { stdio: 'ignore' });
  return { cert, key, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
