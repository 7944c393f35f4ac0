export { Draw } from './draw.js';
export { delay, type Life, LifeChange } from './life.js';
export { seededRandom } from './seeded-random.js';
export { Sessions, type SessionsOptions } from './sessions.js';
export { SimulatedSession, withAbsentValues } from './simulated-session.js';
export { isDocumentationAddress, isPublicAddress, spellAddress } from './user-addresses.js';
