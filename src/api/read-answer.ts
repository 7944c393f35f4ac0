import { readBoundedText } from '../common/read-bounded-text.js';

/** The longest answer that is read, in bytes after decompression: many times a page of a hundred sessions. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/**
 * Reads an answer of the relay service, up to {@link LONGEST_ANSWER}: an answer of somebody else's server may be
 * endless.
 */
export const readAnswer = (response: Response): Promise<string | undefined> =>
  readBoundedText(response, LONGEST_ANSWER);
