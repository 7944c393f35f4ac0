// Ends each build: says in `dist` what it was built from.
import { stampBuild } from './build-stamp.js';

stampBuild(process.cwd());
