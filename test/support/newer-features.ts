import data, {
  type BrowserName,
  type Identifier,
  type SimpleSupportStatement,
} from '@mdn/browser-compat-data/forLegacyNode';
import { OLDEST_BROWSERS } from '../../scripts/oldest-browsers.js';

/** The oldest browsers, desktop and mobile, in the names of MDN's data. */
const OLDEST: Partial<Record<BrowserName, number>> = {
  chrome: OLDEST_BROWSERS.chrome,
  chrome_android: OLDEST_BROWSERS.chrome,
  edge: OLDEST_BROWSERS.edge,
  firefox: OLDEST_BROWSERS.firefox,
  firefox_android: OLDEST_BROWSERS.firefox,
  safari: OLDEST_BROWSERS.safari,
  safari_ios: OLDEST_BROWSERS.ios,
};

const isWithin = (version: string | false | null | undefined, oldest: number) =>
  typeof version === 'string' && Number.parseFloat(version.replace('≤', '')) <= oldest;

/** Whether a browser of that version has a feature under its own name, without a flag being set. */
const isThere = (statement: SimpleSupportStatement, oldest: number) =>
  !statement.flags &&
  !statement.prefix &&
  !statement.alternative_name &&
  isWithin(statement.version_added, oldest) &&
  !isWithin(statement.version_removed, oldest);

/** Whether at least one of the oldest browsers lacks the feature. If nobody knows, it counts as there. */
function isMissing({ __compat: compat }: Identifier, isPartEnough: boolean): boolean {
  return Object.entries(OLDEST).some(([browser, oldest]) => {
    const support = compat?.support[browser as BrowserName];
    return (
      support &&
      ![support]
        .flat()
        .some((each) => isThere(each, oldest) && (isPartEnough || !each.partial_implementation))
    );
  });
}

/**
 * The paths of all features below a place in MDN's data that one of the oldest browsers at least lacks.
 *
 * @param isPartEnough - Whether a feature that works only in part is there.
 */
function newerThan(
  place: Identifier,
  isPartEnough: boolean,
  path: readonly string[] = [],
): string[][] {
  const { __compat: _, ...features } = place;
  return Object.entries(features).flatMap(([name, feature]) => {
    const here = [...path, name];
    const deeper = newerThan(feature, isPartEnough, here);
    return isMissing(feature, isPartEnough) ? [here, ...deeper] : deeper;
  });
}

/** The syntax that one of the oldest browsers at least lacks: `classes.static.initialization_blocks`, for instance. */
export function newerSyntax(): string[] {
  const { builtins: _, ...syntax } = data.javascript;
  return newerThan(syntax as Identifier, false).map((path) => path.join('.'));
}

/** What to take away from a new browser, so that it has no more than the oldest ones have in common. */
export interface NewerApis {
  /** Globals and members of them, by their paths: `URL.canParse`, `Array.prototype.with`, `Symbol.dispose`. */
  readonly members: string[];
  /** Interfaces that are there, but have no constructor. */
  readonly constructors: string[];
  /** Options that are ignored, with the paths of the functions that take them. */
  readonly options: [path: string, names: string[]][];
}

/** The data has notes on behaviour among the members; their names have underscores or dashes. */
const MEMBER = /^(?:@@)?[A-Za-z][A-Za-z0-9]*$/;
const GLOBAL_SCOPE = /^(?:Window|(?:Dedicated)?WorkerGlobalScope|WindowOrWorkerGlobalScope)$/;

/** The possible paths of a built-in of the language: the data does not tell static members from others. */
function builtinPaths(path: string[]): string[] {
  if (!path.every((name) => MEMBER.test(name))) return [];
  // The last name comes twice where it is a constructor's.
  const [name = '', ...owners] = (
    path.at(-1) === path.at(-2) ? path.slice(0, -1) : path
  ).toReversed();
  const owner = owners.toReversed().join('.');
  return owner ? [`${owner}.${name}`, `${owner}.prototype.${name}`] : [name];
}

/** The paths of a feature of the web platform, if it can be taken away. */
function apiPaths([owner = '', name, ...rest]: string[]): string[] {
  if (rest.length > 0 || !MEMBER.test(owner)) return [];
  if (name === undefined || name === owner) return [owner];
  const [, member = '', kind] = /^(.*?)(?:_(static|event))?$/.exec(name) ?? [];
  if (!MEMBER.test(member)) return [];
  const property = kind === 'event' ? `on${member}` : member;
  if (GLOBAL_SCOPE.test(owner)) return [property];
  return [kind === 'static' ? `${owner}.${property}` : `${owner}.prototype.${property}`];
}

/** An option's name, and the path of what takes it: the data has it in four ways. */
function optionOf(path: string[]): [name: string, taker: string[]] | undefined {
  const last = path.at(-1) ?? '';
  const taker = path.slice(0, path.at(-2) === 'options_parameter' ? -2 : -1);
  const [, name] =
    /^options_([A-Za-z]+)_parameter$|^([A-Za-z]+)_option$/.exec(last)?.filter(Boolean) ?? [];
  if (name) return [name, taker];
  return path.at(-2) === 'options_parameter' && MEMBER.test(last) ? [last, taker] : undefined;
}

/** All that is newer than the oldest browsers, on a page or in a worker. */
export function newerApis(scope: 'page' | 'worker'): NewerApis {
  const members: string[] = [];
  const constructors: string[] = [];
  const options = new Map<string, string[]>();
  const sort = (path: string[], pathsOf: (path: string[]) => string[], isBuiltin: boolean) => {
    const option = optionOf(path);
    if (option) {
      const [name, taker] = option;
      for (const each of pathsOf(taker)) options.set(each, [...(options.get(each) ?? []), name]);
    } else if (path.at(-1) === 'worker_support') {
      if (scope === 'worker') members.push(...pathsOf(path.slice(0, -1)));
    } else if (!isBuiltin && path.length === 2 && path[0] === path[1]) {
      constructors.push(...pathsOf(path));
    } else {
      members.push(...pathsOf(path));
    }
  };
  for (const path of newerThan(data.javascript['builtins'] ?? {}, true))
    sort(path, builtinPaths, true);
  for (const path of newerThan(data.api, true)) sort(path, apiPaths, false);
  return { members: [...new Set(members)], constructors, options: [...options] };
}
