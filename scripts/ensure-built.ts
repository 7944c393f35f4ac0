// Builds, unless `dist` is what the sources say already.
import { execSync } from 'node:child_process';
import { isBuilt } from './build-stamp.js';

if (!isBuilt(process.cwd())) execSync('npm run build', { stdio: 'inherit' });
