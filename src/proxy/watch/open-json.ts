/**
 * The JSON text of an object whose last brace is left out, so that {@link continueObject} and {@link closeObject} can
 * add members to it.
 *
 * @param members - at least one that is not `undefined`.
 */
export function openObject(members: object): string {
  return withoutLast(JSON.stringify(members));
}

/**
 * Further members for the JSON text of an object that {@link openObject} began.
 *
 * @param members - at least one that is not `undefined`; none has the name of one that is there already.
 */
export function continueObject(members: object): string {
  return withoutLast(closeObject(members));
}

/**
 * The rest of the JSON text of an object that {@link openObject} began.
 *
 * @param members - at least one that is not `undefined`; none has the name of one that is there already.
 */
export function closeObject(members: object): string {
  return `,${withoutFirst(JSON.stringify(members))}`;
}

const withoutFirst = (text: string) => text.slice(1);
const withoutLast = (text: string) => text.slice(0, -1);
