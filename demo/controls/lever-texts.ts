import type { StrikingLever, ValueLever } from '../server/lever-pull.js';

/** The two parts of the page with levers: by the charts, and by the timeline. */
export type LeverPlace = 'network' | 'session';

/** A lever that strikes, as a button. */
export interface ButtonText {
  readonly place: LeverPlace;
  readonly name: string;
  /** What it does. */
  readonly what: string;
}

/** A lever that is set, as a range from zero. */
export interface RangeText {
  readonly place: LeverPlace;
  readonly name: string;
  readonly max: number;
  readonly step: number;
  /** What 1 of the range is in the lever's own measure. */
  readonly unit: number;
  /** Says a position of the range in words. */
  readonly text: (position: number) => string;
}

export const BUTTONS: Readonly<Record<StrikingLever, ButtonText>> = {
  fail: { place: 'session', name: 'Fail this session', what: 'It will not recover.' },
  'lose-connection': {
    place: 'session',
    name: 'Lose the connection',
    what: 'No proxy for 3 seconds.',
  },
  'rate-limit': { place: 'session', name: 'Answer 429', what: '“Too many”, twice.' },
  relink: { place: 'session', name: 'Relink', what: 'It gets another relay.' },
  end: { place: 'session', name: 'End the session', what: 'The service deletes it.' },
  'lose-webhook': {
    place: 'session',
    name: 'Lose the webhook',
    what: 'The next never arrives.',
  },
  'cut-wire': { place: 'network', name: 'Cut the wire', what: 'For 5 seconds.' },
  'block-udp': { place: 'network', name: 'Block UDP', what: 'For 10 seconds.' },
  disarm: { place: 'network', name: 'Take all back', what: 'All levers.' },
};

const LOSS: Omit<RangeText, 'name'> = {
  place: 'network',
  max: 20,
  step: 1,
  unit: 0.01,
  text: (percent) => `${percent} %`,
};

export const RANGES: Readonly<Record<ValueLever, RangeText>> = {
  'link-delay': {
    place: 'session',
    name: 'Link delay',
    max: 10_000,
    step: 250,
    unit: 1,
    text: (milliseconds) => `${(milliseconds / 1_000).toFixed(1)} s`,
  },
  'wire-loss': { ...LOSS, name: 'Loss to gateway' },
  loss: { ...LOSS, name: 'Loss to relay' },
  // A round trip to the relay takes twice this and the jitter: beyond a second nobody measures it any more.
  latency: {
    place: 'network',
    name: 'Latency to relay',
    max: 300,
    step: 10,
    unit: 1,
    text: (milliseconds) => `${milliseconds} ms`,
  },
  jitter: {
    place: 'network',
    name: 'Jitter to relay',
    max: 100,
    step: 5,
    unit: 1,
    text: (milliseconds) => (milliseconds === 0 ? '0 ms' : `0–${milliseconds} ms`),
  },
};
