import * as v from 'valibot';
import { ORIGIN_RULE, readOrigin } from './wire/index.js';

/** What values options may have, by their kinds. Each message goes on after the option's name. */

/** A whole number within bounds, both included; or not given. */
export function wholeNumber(least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most}`;
  const isWithin = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return v.optional(v.pipe(v.number(), v.check(isWithin, rule)));
}

/** An origin whose pages may use the proxy. */
export const origin = v.pipe(
  v.string(),
  v.check(
    (text) => text !== 'null',
    'must not be "null", which stands for any page that has no origin: see "allowNullOrigin"',
  ),
  v.check((text) => readOrigin(text) !== undefined, ORIGIN_RULE),
);

/** An absolute http(s) URL. */
export const httpUrl = v.pipe(
  v.union([v.string(), v.instance(URL)]),
  v.check(
    (url) => /^https?:\/\//.test(String(url)) && URL.canParse(String(url)),
    'must be an http(s) URL',
  ),
);

/** A text that is not empty. */
export const name = v.pipe(v.string(), v.nonEmpty('must not be empty'));

/** One name or several; or not given. */
export const names = v.optional(
  v.union([name, v.pipe(v.array(name), v.minLength(1, 'must hold at least one'))]),
);
