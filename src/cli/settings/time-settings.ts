import {
  DEFAULT_LEASE,
  DEFAULT_LONGEST_WAIT,
  DEFAULT_TICKET_LIFETIME,
} from '../../proxy/checked-options.js';
import { readWholeNumber } from '../read-value.js';
import type { ProxySetting } from './proxy-setting.js';

/**
 * In seconds. Orchestrators take an instance out of their lists within one or two, and a health check every two seconds
 * notices within four.
 */
export const DEFAULT_DRAIN = 5;

/** How long things last. */
export const TIME_SETTINGS: readonly ProxySetting[] = [
  {
    name: 'RELAIS_TICKET_LIFETIME',
    help: 'how long a ticket lasts, in seconds; renewed at half that',
    fallback: String(DEFAULT_TICKET_LIFETIME),
    option: 'ticketLifetime',
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_LEASE',
    help: 'how long a player may be silent before their seat is taken away, in seconds',
    fallback: String(DEFAULT_LEASE),
    option: 'lease',
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_LONGEST_WAIT',
    help: 'longest time that a request is held, in seconds; at most half the lease',
    fallback: String(DEFAULT_LONGEST_WAIT),
    option: 'longestWait',
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_KEEP_ALIVE',
    help:
      'how long a connection stays open after its last request, in seconds; ' +
      'longer than what stands in front keeps it',
    fallback: '75',
    option: 'keepAlive',
    isForListening: true,
    read: readWholeNumber,
  },
  {
    name: 'RELAIS_DRAIN',
    help: 'time for players to go to another instance when this one is told to stop, in seconds; 0 for none',
    fallback: String(DEFAULT_DRAIN),
    option: 'drain',
    isForListening: true,
    read: readWholeNumber,
  },
];
