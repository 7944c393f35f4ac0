import { type AnyNode, parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { newerApis } from './newer-features.js';

/** The last edition of ECMAScript whose syntax the oldest browsers know, but for what is looked for below. */
const SYNTAX = 2022;
/** The same for patterns, names of properties (`\p{…}`) included. */
const PATTERNS = 2018;

const statics = new Set(newerApis('page').members.filter((path) => /^\w+\.\w+$/.test(path)));

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function flawOfPattern(raw: string): string | undefined {
  if (/\(\?<[=!]/.test(raw)) return 'a lookbehind';
  try {
    parse(raw, { ecmaVersion: PATTERNS });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** `Symbol.asyncDispose ?? …`: code that knows that it may be missing. */
const isAsked = (node: AnyNode, parent: AnyNode | undefined) =>
  parent?.type === 'LogicalExpression' && parent.operator === '??' && parent.left === node;

/** What is newer than the oldest browsers in one place of a program. */
function flawOf(node: AnyNode, ancestors: AnyNode[]): string | undefined {
  switch (node.type) {
    case 'StaticBlock':
      return 'a static block';
    case 'AwaitExpression':
    case 'ForOfStatement': {
      const waits = node.type === 'AwaitExpression' || node.await;
      const isInside = ancestors.some(({ type }) => type.includes('Function'));
      return waits && !isInside ? 'await at the top level' : undefined;
    }
    case 'Literal':
      return 'regex' in node && node.regex ? flawOfPattern(node.raw ?? '') : undefined;
    case 'MemberExpression': {
      if (node.computed || node.property.type !== 'Identifier') return undefined;
      if (node.object.type === 'MetaProperty') return `import.meta.${node.property.name}`;
      const path = node.object.type === 'Identifier' && `${node.object.name}.${node.property.name}`;
      return path && statics.has(path) && !isAsked(node, ancestors.at(-2)) ? path : undefined;
    }
    default:
      return undefined;
  }
}

/**
 * What in a module is newer than the oldest browsers: syntax, patterns, and members that are named together with
 * their global, as in `URL.canParse`. Of other members nobody can tell whose they are.
 */
export function newerIn(code: string): string[] {
  try {
    const program = parse(code, { ecmaVersion: SYNTAX, sourceType: 'module' });
    const flaws: string[] = [];
    fullAncestor(program, (node, _state, ancestors) => {
      const flaw = flawOf(node as AnyNode, ancestors as AnyNode[]);
      if (flaw) flaws.push(flaw);
    });
    return flaws;
  } catch (error) {
    return [messageOf(error)];
  }
}
