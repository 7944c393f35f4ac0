// The game's core, as a game gets it whose bundler drops what it does not import: its budget is apart from the whole's.
export { isRelayError, RelayError } from '../src/common/relay-error.js';
export { RelayConnection } from '../src/connection/relay-connection.js';
