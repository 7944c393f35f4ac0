import {
  Application,
  Logger,
  LogLevel,
  type ProjectReflection,
  ReflectionKind,
  TSConfigReader,
} from 'typedoc';
import { describe, expect, it } from 'vitest';
import settings from '../../typedoc.json' with { type: 'json' };

/** Keeps what TypeDoc says. */
class Warnings extends Logger {
  readonly all: string[] = [];

  protected override addContext(message: string, ..._where: unknown[]): string {
    return message;
  }

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.all.push(message);
  }
}

describe('the comments of what the package exports', () => {
  // From the sources: in the declarations, fields of what a document of another file holds have lost theirs.
  it('are there for every name, down to each field of each document', async () => {
    const options = {
      entryPoints: settings.entryPoints.map((path) =>
        path.replace('dist/types/', 'src/').replace(/\.d\.ts$/, '.ts'),
      ),
      tsconfig: 'tsconfig.build.json',
      skipErrorChecking: true,
      excludeInternal: true,
      excludePrivate: true,
      excludeExternals: true,
      intentionallyNotExported: settings.intentionallyNotExported,
      validation: { invalidLink: true, notExported: true, notDocumented: true },
    };
    // Without the settings of the reference, which is made from the declarations.
    const app = await Application.bootstrap(options, [new TSConfigReader()]);
    // While it converts, it finds the comment of a field that schemas share twice, and complains of that.
    app.logger = new Warnings();
    const project = (await app.convert()) as ProjectReflection;
    expect(project.children?.map(({ name }) => name)).toContain('index');
    const warnings = new Warnings();
    app.logger = warnings;
    app.validate(project);
    expect(warnings.all).toEqual([]);
  }, 60_000);

  it('reach the reference, where each name stands once and each document shows its fields', async () => {
    const { $schema: _, ...options } = settings;
    const app = await Application.bootstrap(options as object, [new TSConfigReader()]);
    const project = (await app.convert()) as ProjectReflection;
    for (const { name, children = [] } of project.children ?? []) {
      const names = children.map((child) => child.name);
      expect([name, names]).toEqual([name, [...new Set(names)]]);
    }
    const documents = project.getReflectionsByKind(ReflectionKind.Interface);
    expect(documents.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['PlayerSession', 'RelaySession', 'SessionList', 'RevokeUserRequest']),
    );
    const mute = documents.flatMap((document) =>
      (document.isDeclaration() ? (document.children ?? []) : [])
        .filter((field) => !(field.comment ?? field.signatures?.[0]?.comment))
        .map((field) => field.getFullName()),
    );
    expect(mute).toEqual([]);
    // What hands a document on names it, and does not spell it out.
    const session = project.getChildByName('index.RelayConnectionEvents.session');
    expect(session?.isDeclaration() && session.type?.toString()).toBe('[session: PlayerSession]');
  }, 60_000);
});
