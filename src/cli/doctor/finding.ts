/**
 * How a finding is to be taken. `fine`: all is well. `warning`: it works, but not as it should. `problem`: it does not
 * work.
 */
export type Level = 'fine' | 'warning' | 'problem';

/** Something that the doctor has found out. */
export interface Finding {
  readonly level: Level;
  /** What it is. */
  readonly what: string;
  /** Why it matters; nothing where all is well. */
  readonly why?: string;
  /** What to do about it; nothing where all is well. */
  readonly todo?: string;
}

export const fine = (what: string): Finding => ({ level: 'fine', what });

export const warning = (what: string, why: string, todo: string): Finding => ({
  level: 'warning',
  what,
  why,
  todo,
});

export const problem = (what: string, why: string, todo: string): Finding => ({
  level: 'problem',
  what,
  why,
  todo,
});
