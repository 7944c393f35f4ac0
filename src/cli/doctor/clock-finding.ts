import { type Finding, fine, problem } from './finding.js';
import type { Patient } from './patient.js';

/** How far the clocks may be apart by default, in seconds. */
const TOLERANCE = 5;

/**
 * Whether somebody's clock agrees with ours.
 *
 * @param theirs - their time just now, in milliseconds since the epoch.
 */
export function clockFinding(
  whose: string,
  theirs: number,
  { clock, options }: Pick<Patient, 'clock' | 'options'>,
): Finding {
  const apart = Math.round(Math.abs(theirs - clock.now()) / 1_000);
  const tolerance = Math.max(1, options.jwt?.clockTolerance ?? TOLERANCE);
  if (apart <= tolerance) return fine(`${whose}’s clock agrees with this machine’s.`);
  return problem(
    `${whose}’s clock and this machine’s are ${apart} s apart.`,
    'Logins are refused that are good, and taken that have ended.',
    'Let both set their clocks by NTP; RELAIS_JWT_CLOCK_TOLERANCE allows for little more.',
  );
}
