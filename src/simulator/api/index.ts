export { createControlRoutes } from './control-routes.js';
export { createControls, type SimulatorControls } from './controls.js';
export { createRoutes } from './routes.js';
