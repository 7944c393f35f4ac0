export { type Fault, Faults, type WebhookFaults } from './faults.js';
export { type InjectOptions, injectFaults } from './inject-faults.js';
