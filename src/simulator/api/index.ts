export { createControlRoutes } from './control-routes.js';
export { createRoutes } from './routes.js';
