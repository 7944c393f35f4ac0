import type { Limits } from './limits.js';

export function createOpenApiDocument(_limits: Limits): unknown {
  return {};
}
