/** What is used of the package `node-datachannel`, an optional peer dependency. */
export type DataChannelLibrary = typeof import('node-datachannel');

/** Why there is no library. */
export type LibraryProblem = 'not-installed' | 'does-not-load';

/** Loads it: its binary is not there for every system. Does not reject. */
export async function loadDataChannelLibrary(): Promise<DataChannelLibrary | LibraryProblem> {
  try {
    return await import('node-datachannel');
  } catch (error) {
    const { code } = error as { code?: unknown };
    return code === 'ERR_MODULE_NOT_FOUND' ? 'not-installed' : 'does-not-load';
  }
}
