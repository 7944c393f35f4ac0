export { ORIGIN_RULE, readOrigin } from './allowed-origins.js';
export { Cors } from './cors.js';
export { answerError, createRoutes, type RouteTools } from './routes.js';
export { addServiceRoutes, type ServiceRouteTools } from './service-routes.js';
