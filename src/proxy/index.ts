/** `relais/proxy`: the token-issuing proxy, for any runtime with `fetch`. */
export { createRelayProxy, type RelayProxy, type RelayProxyOptions } from './relay-proxy.js';
