import { Application, type ProjectReflection, ReflectionKind, TSConfigReader } from 'typedoc';
import { describe, expect, it } from 'vitest';
import settings from '../../typedoc.json' with { type: 'json' };
import { convertSources, Warnings } from './reference.js';

describe('the comments of what the package exports', () => {
  it('are there for every name, down to each field of each document', async () => {
    const { app, project } = await convertSources();
    expect(project.children?.map(({ name }) => name)).toContain('relais');
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
        .filter(
          (field) =>
            !(field.comment ?? field.signatures?.[0]?.comment ?? field.getSignature?.comment),
        )
        .map((field) => field.getFullName()),
    );
    expect(mute).toEqual([]);
    // What hands a document on names it, and does not spell it out.
    const session = project.getChildByName('relais.RelayConnectionEvents.session');
    expect(session?.isDeclaration() && session.type?.toString()).toBe('[session: PlayerSession]');
  }, 60_000);
});
