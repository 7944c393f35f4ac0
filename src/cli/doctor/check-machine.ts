import { type Finding, fine, problem, warning } from './finding.js';

/** The oldest Node that the proxy runs on. */
const OLDEST = [20, 19] as const;
/** When each line of Node gets its last security fix, as the project's own schedule says. */
const LAST_FIX: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  22: '2027-04-30',
  24: '2028-04-30',
  26: '2029-04-30',
};
/** Fewer open files than this are used up by some thousand players. */
const ENOUGH_FILES = 8_192;

/** The machine that the doctor runs on. */
export interface Machine {
  /** Node's version, `22.11.0` for instance. */
  readonly node: string;
  /** How many files the process may have open; `undefined` where nobody says. */
  readonly files: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The machine that this process runs on. */
export function thisMachine(now: number): Machine {
  return { node: process.versions.node, files: openFiles(), now };
}

/** What may be wrong with the machine: its Node, and how many files may be open. */
export function checkMachine({ files, node, now }: Machine): Finding[] {
  return [checkNode(node, now), ...(files === undefined ? [] : [checkFiles(files)])];
}

function checkNode(version: string, now: number): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const update = 'Install a current LTS version of Node.';
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return problem(
      `Node ${version} is too old.`,
      `Relais runs on Node ${OLDEST.join('.')} and newer.`,
      update,
    );
  }
  const last = LAST_FIX[major];
  if (last !== undefined && now > Date.parse(last)) {
    return warning(
      `Node ${version} gets no more fixes since ${last}.`,
      'A hole in Node’s HTTP server is a hole in the proxy.',
      update,
    );
  }
  return fine(`Node ${version}.`);
}

function checkFiles(limit: number): Finding {
  if (limit >= ENOUGH_FILES) return fine(`${limit} files may be open.`);
  return warning(
    `No more than ${limit} files may be open.`,
    'Each waiting player takes one, each channel two; beyond the limit nobody gets in.',
    'Raise it: LimitNOFILE of the systemd unit, --ulimit nofile of the container, or ulimit -n.',
  );
}

/** How many files this process may have open. Node raises its own limit as far as it may when it starts. */
function openFiles(): number | undefined {
  const { report } = process;
  // Without this, it looks up the names of all hosts that there are connections to.
  Object.assign(report, { excludeNetwork: true });
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft: number | string } };
  };
  const soft = userLimits?.open_files?.soft;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft) || undefined;
}
