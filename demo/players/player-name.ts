/** The two players. */
export type PlayerName = 'Host' | 'Joiner';
