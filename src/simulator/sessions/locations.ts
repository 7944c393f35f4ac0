/** Where a player seems to be. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

const CITIES: readonly Location[] = [
  { latitude: 45.5088, longitude: -73.5878 },
  { latitude: 40.7128, longitude: -74.006 },
  { latitude: 37.3394, longitude: -121.895 },
  { latitude: -23.5475, longitude: -46.6361 },
  { latitude: 50.1155, longitude: 8.6842 },
  { latitude: 48.8534, longitude: 2.3488 },
  { latitude: 35.6895, longitude: 139.6917 },
  { latitude: 1.2897, longitude: 103.8501 },
  { latitude: -33.8678, longitude: 151.2073 },
];

/** A plausible location for an IP address, always the same for the same address. */
export function locate(ip: string): Location {
  let hash = 0;
  for (const character of ip) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return CITIES[hash % CITIES.length] as Location;
}
