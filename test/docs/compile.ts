import ts from 'typescript';

/** The modules that are looked at now, by their file names, each with its text and how often there was another. */
const modules = new Map<string, { readonly text: string; readonly version: number }>();
let versions = 0;

const root = process.cwd();
const nameOf = (module: string) => `${root}/${module}.mts`;

/** TypeScript as an editor asks it. One for all questions: what it has read of the libraries is read once. */
const service = startService();

function startService(): ts.LanguageService {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const relaxed = { noUnusedLocals: false, noUnusedParameters: false, noEmit: true };
  const readFile = (name: string) => modules.get(name)?.text ?? ts.sys.readFile(name);
  return ts.createLanguageService({
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    getCompilationSettings: () => ({ ...options, ...relaxed }),
    getScriptFileNames: () => [...modules.keys()],
    getScriptVersion: (name) => String(modules.get(name)?.version ?? 0),
    getScriptSnapshot: (name) => {
      const text = readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => modules.has(name) || ts.sys.fileExists(name),
    readFile,
  });
}

/** From now on these are the modules, and no others. */
function lookAt(sources: ReadonlyMap<string, string>): void {
  modules.clear();
  versions += 1;
  for (const [module, text] of sources) modules.set(nameOf(module), { text, version: versions });
}

/** What TypeScript says of each source, every one a module by itself, with this repository as the package. */
export function complaintsAbout(sources: ReadonlyMap<string, string>): string[] {
  lookAt(sources);
  const complaints = [...sources.keys()]
    .map(nameOf)
    .flatMap((name) => [
      ...service.getSyntacticDiagnostics(name),
      ...service.getSemanticDiagnostics(name),
    ]);
  return complaints.map(({ file, messageText, start = 0 }) => {
    const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
    const name = file?.fileName.replace(`${root}/`, '');
    return `${name}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** What an editor shows in a module, with this repository as the package. */
export function editor(source: string) {
  const module = 'editor';
  const open = () => lookAt(new Map([[module, source]]));
  const textOf = (parts: readonly ts.SymbolDisplayPart[] = []) =>
    ts.displayPartsToString([...parts]);
  return {
    /** What a hover shows over the word that begins there. */
    hover(at: number): string {
      open();
      return textOf(service.getQuickInfoAtPosition(nameOf(module), at)?.documentation);
    },
    /** What is shown beside an entry of the list of completions. */
    completion(at: number, entry: string): string {
      open();
      const call = [nameOf(module), at, entry, {}, undefined, {}, undefined] as const;
      return textOf(service.getCompletionEntryDetails(...call)?.documentation);
    },
  };
}
