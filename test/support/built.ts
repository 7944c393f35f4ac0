import { resolve } from 'node:path';
import { isBuilt } from '../../scripts/build-stamp.js';

/**
 * The path of a built file. An old build is refused, because it would be taken for the sources as they are now.
 *
 * @throws where `dist` is not what the sources say.
 */
export function built(file: string, root = process.cwd()): string {
  if (isBuilt(root)) return resolve(root, 'dist', file);
  throw new Error('dist is not what the sources say. Run "npm run build" first.');
}
