import { type Comment, type DeclarationReflection, type Reflection, ReflectionKind } from 'typedoc';
import { describe, expect, it } from 'vitest';
import { INTERNAL_NAMES } from '../../scripts/internal-names.js';
import { complaintsAbout } from './compile.js';
import { convertSources } from './reference.js';

const VALUES = ReflectionKind.Class | ReflectionKind.Function | ReflectionKind.Variable;
const CALLED = ReflectionKind.Method | ReflectionKind.Accessor;

/** What examples may use without making it first. */
const AT_HAND: Readonly<Record<string, string>> = {
  relay: 'RelayConnection',
  api: 'RelayApi',
  simulator: 'Simulator',
  proxy: 'RelayProxy',
  peer: 'RelayPeer',
  plugin: 'RelaisPlugin',
  scene: 'PhaserScene',
};

const { project } = await convertSources();

const ofKinds = (kinds: number) => project.getReflectionsByKind(kinds) as DeclarationReflection[];

/** How each exported name is imported. An entry that only hands on what another exports is not asked. */
const IMPORTS = new Map(
  ofKinds(ReflectionKind.Module).flatMap((module) =>
    (module.children ?? [])
      .filter((exported) => !exported.kindOf(ReflectionKind.Reference))
      .map((exported) => {
        const type = exported.kindOf(VALUES) ? '' : 'type ';
        return [exported.name, `import { ${type}${exported.name} } from '${module.name}';`];
      }),
  ) as [name: string, line: string][],
);

const commentsOf = (reflection: DeclarationReflection): Comment[] =>
  [
    reflection.comment,
    reflection.getSignature?.comment,
    ...(reflection.signatures ?? []).map(({ comment }) => comment),
  ].filter((comment) => comment !== undefined);

const tagsOf = (reflection: DeclarationReflection, tag: string): string[] =>
  commentsOf(reflection).flatMap((comment) =>
    comment
      .getTags(tag as `@${string}`)
      .map(({ content }) => content.map((part) => part.text).join('')),
  );

/** An example as a module of its own: what it needs and does not import itself is imported for it. */
function moduleOf(example: string): string {
  const own = example.replace(/^```ts\n|\n```$/g, '');
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(own);
  const makes = (name: string) => new RegExp(`\\b(const|using|let) ${name}\\b`).test(own);
  const given = Object.entries(AT_HAND)
    .filter(([name]) => uses(name) && !makes(name))
    .map(([name, type]) => `declare const ${name}: ${type};`);
  const withGiven = given.concat(own).join('\n');
  const imported = [...own.matchAll(/^import \{(.*)\}/gm)].map(([, names]) => names).join();
  const imports = [...IMPORTS]
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(withGiven))
    .filter(([name]) => !new RegExp(`\\b${name}\\b`).test(imported))
    .map(([, line]) => line);
  return [...imports, withGiven, 'export {};'].join('\n');
}

/** Functions and classes, with what can be called of a class, unless it is an interface that says what that does. */
const mustHaveExample = [
  ...ofKinds(ReflectionKind.Class | ReflectionKind.Function),
  ...ofKinds(CALLED).filter((one) => one.parent?.kindOf(ReflectionKind.Class)),
].filter((one) => !one.implementationOf);

/** Each option that need not be given: of what is called `…Options`, and of what a game keeps for the connection. */
const options = ofKinds(ReflectionKind.Property).filter(
  (one) => one.flags.isOptional && /Options\b|(Guest|Ticket)Store/.test(one.getFullName()),
);

describe('the comments of what the package exports', () => {
  it('show how each function, each class and each of its methods is used', () => {
    expect(mustHaveExample.length).toBeGreaterThan(35);
    const without = mustHaveExample.filter((one) => tagsOf(one, '@example').length === 0);
    expect(without.map((one) => one.getFullName())).toEqual([]);
  });

  it('have examples that compile, each by itself, against the package as it is', () => {
    const examples = new Map(
      ofKinds(ReflectionKind.All & ~ReflectionKind.SomeSignature).flatMap((one) =>
        tagsOf(one, '@example').map((text, index) => [
          `${one.getFullName().replaceAll(/[^\w.]/g, '_')}-${one.id}-${index}`,
          moduleOf(text),
        ]),
      ),
    );
    expect(examples.size).toBeGreaterThan(45);
    examples.set('wrong', moduleOf("relay.join(7);\nnew RelayApi('token');"));
    const complaints = complaintsAbout(examples);
    expect(complaints.filter((complaint) => !complaint.startsWith('wrong'))).toEqual([]);
    expect(complaints).toHaveLength(2);
  }, 120_000);

  it('tell what holds where an option is not given', () => {
    expect(options.length).toBeGreaterThan(60);
    const without = options.filter((one) => tagsOf(one, '@default').length === 0);
    expect(without.map((one) => one.getFullName())).toEqual([]);
  });
});

describe('the names that the standalone bundle shortens', () => {
  it('are none that a game can see', () => {
    const visible = new Set<string>();
    const game = project.getChildByName('relais') as DeclarationReflection;
    const collect = (reflection: Reflection): void => {
      visible.add(reflection.name);
      reflection.traverse((child) => {
        collect(child);
        return true;
      });
    };
    collect(game);
    expect(visible).toContain('proxyUrl');
    expect(visible).toContain('onDatagram');
    expect(INTERNAL_NAMES.filter((name) => visible.has(name))).toEqual([]);
  });
});
