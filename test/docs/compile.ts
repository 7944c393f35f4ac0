import ts from 'typescript';

/** What TypeScript says of each source, every one a module by itself, with this repository as the package. */
export function complaintsAbout(sources: ReadonlyMap<string, string>): string[] {
  const root = process.cwd();
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = new Map([...sources].map(([name, source]) => [`${root}/${name}.mts`, source]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version) => {
    const source = files.get(name);
    return source === undefined
      ? getSourceFile(name, version)
      : ts.createSourceFile(name, source, version);
  };
  const relaxed = { noUnusedLocals: false, noUnusedParameters: false, noEmit: true };
  const program = ts.createProgram([...files.keys()], { ...options, ...relaxed }, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, messageText, start = 0 }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    const name = file?.fileName.replace(`${root}/`, '');
    return `${name}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
