export { Webhooks } from './send-webhooks.js';
