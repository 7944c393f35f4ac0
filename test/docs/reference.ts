import { Application, Logger, LogLevel, type ProjectReflection, TSConfigReader } from 'typedoc';
import settings from '../../typedoc.json' with { type: 'json' };

/** Keeps what TypeDoc says. */
export class Warnings extends Logger {
  readonly all: string[] = [];

  protected override addContext(message: string, ..._where: unknown[]): string {
    return message;
  }

  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.all.push(message);
  }
}

/** The reference as TypeDoc makes it from the sources: without the settings of the one that is published. */
export async function convertSources(): Promise<{ app: Application; project: ProjectReflection }> {
  // From the sources: in the declarations, fields of what a document of another file holds have lost theirs.
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
  const app = await Application.bootstrap(options, [new TSConfigReader()]);
  // While it converts, it finds the comment of a field that schemas share twice, and complains of that.
  app.logger = new Warnings();
  return { app, project: (await app.convert()) as ProjectReflection };
}
