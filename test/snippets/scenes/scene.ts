import type { Typing } from '../terminal.js';

/** What a page presumes when its first snippet is typed in. */
export interface Setting {
  /** Variables that the shell has. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the reader puts for a placeholder, or for an example that is nobody's. */
  readonly replace?: readonly (readonly [from: string, to: string])[];
}

/** How one snippet is typed. */
export interface Turn extends Typing {
  /** Before those that stand above it: it is for another occasion. */
  readonly isFirst?: true;
  /** What happens before. */
  readonly before?: () => Promise<void>;
  /** What the reader has typed before. */
  readonly setUp?: string;
  /** What the reader types behind it, where the snippet alone does nothing. */
  readonly and?: string;
}

/** What is special about a page. */
export interface Scene {
  /** It needs the simulator and the proxy of the README, as pages do about which nothing is special. */
  readonly isBeside?: true;
  /** Nothing is installed yet: the page does that. */
  readonly isEmpty?: true;
  /** Files that the reader has. */
  readonly files?: Readonly<Record<string, string>>;
  /** @param closing - Takes what is to be stopped afterwards. */
  readonly set?: (closing: (() => Promise<unknown>)[]) => Promise<Setting>;
  /** What is special about some of its snippets, by how they begin. */
  readonly turns?: Readonly<Record<string, Turn>>;
  /** What of the shown output is another one in each run. */
  readonly varies?: readonly RegExp[];
}
