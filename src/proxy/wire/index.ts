export { AllowedOrigins } from './allowed-origins.js';
export { Cors } from './cors.js';
export { ORIGIN_RULE, readOrigin } from './read-origin.js';
export { answerError, createRoutes } from './routes.js';
export { addServiceRoutes } from './service-routes.js';
