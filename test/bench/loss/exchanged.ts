import { type Figure, figure, percentile } from '../figure.js';

/** What became of some players' datagrams. */
export interface Exchanged {
  /** How long it took until each one, or a newer one, was back, in milliseconds. */
  readonly delays: ArrayLike<number>;
  readonly sent: number;
  /** Those that came back themselves. */
  readonly arrived: number;
}

/** The figures of one wire, over all rounds. */
export function lossFigures(about: string, rounds: readonly Exchanged[]): Figure[] {
  const delays = rounds.flatMap((round) => Array.from(round.delays));
  const sum = (read: (round: Exchanged) => number) =>
    rounds.reduce((total, round) => total + read(round), 0);
  const delivered = sum(({ arrived }) => arrived) / sum(({ sent }) => sent);
  return [
    figure(`loss/${about}/p50`, 'ms', percentile(delays, 0.5)),
    figure(`loss/${about}/p99`, 'ms', percentile(delays, 0.99)),
    figure(`loss/${about}/delivered`, '%', delivered * 100),
  ];
}
