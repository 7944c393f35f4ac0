export { AllowedOrigins } from './allowed-origins.js';
export { Cors } from './cors.js';
export { DOCTOR_PATH } from './doctor-route.js';
export { ORIGIN_RULE, readOrigin } from './read-origin.js';
export { RequestIds } from './request-ids.js';
export { answerError, createRoutes, type RouteTools } from './routes.js';
export { addServiceRoutes, type ServiceRouteTools } from './service-routes.js';
