export { ORIGIN_RULE, readOrigin } from './allowed-origins.js';
export { Cors } from './cors.js';
export { answerError, createRoutes } from './routes.js';
export { addServiceRoutes } from './service-routes.js';
