import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { DoctorTokens, type Sight, Signer } from '../../proxy/identity/index.js';
import { DOCTOR_PATH } from '../../proxy/wire/index.js';
import { ask, isReply, type NoReply, type Reply } from './ask.js';
import { checkWay, FORGED } from './check-way.js';
import { clockFinding } from './clock-finding.js';
import { type Finding, fine, problem, warning } from './finding.js';
import type { Patient } from './patient.js';
import { withoutSlash } from './without-slash.js';

/** How the running proxy is asked. */
interface Questions {
  readonly base: string;
  readonly tokens: DoctorTokens;
  readonly ipHeader: string;
}

const WHY =
  'The service’s webhook does not reach the proxy, and players who use this URL do not, either.';
const NO_WEBHOOK =
  'The relay service cannot tell the proxy of its sessions, so players wait longer for theirs.';
/** The longest time that a request is held by default, in seconds. */
const LONGEST_WAIT = 25;

/**
 * Whether the public URL leads to this proxy: one that runs, anywhere, with the same secrets. Then, by what that proxy
 * sees, whether what stands in front of it does as it should.
 */
export async function checkPublicUrl(patient: Patient): Promise<Finding[]> {
  const { ipHeader = 'x-forwarded-for', publicUrl, secrets } = patient.options;
  if (publicUrl === undefined) {
    return [
      warning(
        'RELAIS_PUBLIC_URL is not set.',
        NO_WEBHOOK,
        'Set it to the URL that the internet reaches the proxy by. The doctor looks at that way then, too.',
      ),
    ];
  }
  const base = withoutSlash(publicUrl);
  const findings = await checkHost(new URL(base), patient);
  if (!secrets) return [...findings, await unprovable(base)];
  const tokens = new DoctorTokens(new Signer(secrets, patient.clock));
  const questions = { base, tokens, ipHeader };
  const { reply, sight } = await question(questions);
  if (!sight) return [...findings, await strangerFinding(base, reply)];
  findings.push(
    fine('RELAIS_PUBLIC_URL leads to this proxy.'),
    clockFinding('The proxy', sight.now, patient),
    checkWay(sight, patient.options),
  );
  if (!patient.isQuick) findings.push(await checkHeldRequest(questions, patient));
  return findings;
}

/** Whether the relay service can reach the host at all. On one machine, with the simulator, it can. */
async function checkHost(url: URL, { options }: Patient): Promise<Finding[]> {
  const service = new URL(options.edgegap.baseUrl ?? 'https://api.edgegap.com').hostname;
  if (!(await isPublic(service))) return [];
  const findings: Finding[] = [];
  if (!(await isPublic(url.hostname))) {
    findings.push(
      problem(
        'The host of RELAIS_PUBLIC_URL has no public address.',
        NO_WEBHOOK,
        'Name the host by which the internet reaches what stands in front of the proxy.',
      ),
    );
  }
  if (url.protocol === 'http:') {
    findings.push(
      warning(
        'RELAIS_PUBLIC_URL is not https.',
        'Tickets travel in the clear, and a page that was loaded by https may not call it.',
        'Let what stands in front of the proxy speak TLS.',
      ),
    );
  }
  return findings;
}

/** Whether a host has a public address. One that has none at all is found out by asking it. */
async function isPublic(host: string): Promise<boolean> {
  try {
    const { address } = await lookup(host.replace(/^\[|\]$/g, ''));
    return ipaddr.process(address).range() === 'unicast';
  } catch {
    return true;
  }
}

/** Asks what is behind the public URL something that only this proxy can answer. */
async function question(
  { base, ipHeader, tokens }: Questions,
  wait = 0,
): Promise<{ reply: Reply | NoReply; sight: Sight | undefined }> {
  const nonce = randomUUID();
  const headers = {
    authorization: `Bearer ${await tokens.question(nonce)}`,
    [ipHeader]: ipHeader.toLowerCase() === 'forwarded' ? `for=${FORGED}` : FORGED,
    ...(wait > 0 && { prefer: `wait=${wait}` }),
  };
  const reply = await ask(`${base}${DOCTOR_PATH}`, { headers }, wait * 1_000);
  const answer = isReply(reply) && (reply.json as { answer?: unknown } | undefined)?.answer;
  const isText = typeof answer === 'string';
  return { reply, sight: isText ? await tokens.readAnswer(nonce, answer) : undefined };
}

/** What there is instead of this proxy. */
async function strangerFinding(base: string, reply: Reply | NoReply): Promise<Finding> {
  if (!isReply(reply)) {
    const words = `Nobody answers at RELAIS_PUBLIC_URL (${reply.reason}).`;
    return problem(
      words,
      WHY,
      'Start the proxy and what stands in front of it, then look at DNS and firewall.',
    );
  }
  const { json, status } = reply;
  if (status >= 502 && status <= 504) {
    return problem(
      `What stands in front at RELAIS_PUBLIC_URL answers, and has no proxy behind it (HTTP ${status}).`,
      WHY,
      'Start the proxy, and look at the address that is written there for it.',
    );
  }
  if (status === 400) {
    return problem(
      `The proxy at RELAIS_PUBLIC_URL takes the request for broken (HTTP 400).`,
      'It refuses players, too: what stands in front reports their addresses in a form that is none.',
      'Compare RELAIS_IP_HEADER with what is sent there: "Players’ addresses" in docs/proxy.md.',
    );
  }
  if (status >= 300 && status < 400) {
    return problem(
      `RELAIS_PUBLIC_URL leads on to another URL (HTTP ${status}).`,
      'Nobody follows a redirect with a webhook.',
      'Set it to the URL that it leads to.',
    );
  }
  const isRelais =
    (json as { code?: unknown } | undefined)?.code === 'not-found' && (await isHealthy(base));
  return isRelais
    ? problem(
        'Another proxy answers at RELAIS_PUBLIC_URL: one with other secrets, or of an older version.',
        WHY,
        'Compare RELAIS_SECRETS and RELAIS_PUBLIC_URL here with those of the process that runs.',
      )
    : problem(
        `Something that is no proxy of Relais answers at RELAIS_PUBLIC_URL (HTTP ${status}).`,
        WHY,
        'Look at host, port and path of the URL, at RELAIS_BASE_PATH, and at what stands in front.',
      );
}

/** What can be said of a proxy whose secrets nobody knows. */
async function unprovable(base: string): Promise<Finding> {
  return (await isHealthy(base))
    ? warning(
        'A proxy answers at RELAIS_PUBLIC_URL. Without RELAIS_SECRETS nobody can tell whether it is this one.',
        'It may be another one’s, and the webhook goes there.',
        'Set RELAIS_SECRETS, here and for the proxy.',
      )
    : strangerFinding(base, await ask(`${base}/healthz`));
}

async function isHealthy(base: string): Promise<boolean> {
  const reply = await ask(`${base}/healthz`);
  return isReply(reply) && (reply.json as { status?: unknown } | undefined)?.status === 'ok';
}

/** Whether what stands in front lets a request be held as long as the proxy may hold one. */
async function checkHeldRequest(questions: Questions, patient: Patient): Promise<Finding> {
  const wait = patient.options.longestWait ?? LONGEST_WAIT;
  if (wait === 0) return fine('No request is held: RELAIS_LONGEST_WAIT is 0.');
  patient.progress.tell(`A request is held for ${wait} s, as players’ requests are …`);
  const { reply, sight } = await question(questions, wait);
  if (sight) return fine(`A request may be held for ${wait} s.`);
  const found = isReply(reply) ? `HTTP ${reply.status}` : reply.reason;
  return problem(
    `A request that is held for ${wait} s does not come back (${found}).`,
    'Waiting players hear of nothing, and ask again and again.',
    'Give what stands in front more idle time than RELAIS_LONGEST_WAIT: nginx’s proxy_read_timeout, for instance.',
  );
}
