/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** What the benchmarks are told. */
export interface BenchOptions {
  /** Few repetitions: shows that it works, not how well. */
  readonly quick: boolean;
  /** Where progress is told, so that the figures stay alone on the standard output. */
  readonly say: (line: string) => void;
}

/** The value that `share` (0 to 1) of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Rounds to two digits behind the point: no figure here is more exact than that. */
export const figure = (name: string, unit: string, value: number): Figure => ({
  name,
  unit,
  value: Math.round(value * 100) / 100,
});

/** Says that this machine lacks what a part of the benchmarks needs. The other parts go on. */
export class CannotMeasure extends Error {}
