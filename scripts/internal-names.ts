/**
 * Names of properties of internal objects, which the standalone bundle may shorten. Only those that nobody else reads
 * or writes: no game, no platform, no library, no other entry of the package, and no JSON. A test compares them with
 * all that the package exports.
 */
export const INTERNAL_NAMES = [
  'answered',
  'bytesArrived',
  'bytesSent',
  'endWith',
  'failure',
  'givesUpEarly',
  'goOn',
  'hold',
  'isAskedFor',
  'isFarOff',
  'isFresh',
  'isOfEnd',
  'isOnce',
  'isOpen',
  'isOver',
  'onClosed',
  'onDocument',
  'onMessage',
  'onTicket',
  'opened',
  'pause',
  'persist',
  'prepare',
  'probeAtRest',
  'receive',
  'refusal',
  'refused',
  'retrier',
  'sentAt',
  'snapshot',
  'tryNow',
] as const;
